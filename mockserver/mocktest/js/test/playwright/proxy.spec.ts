import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { completeAuthentication, expect, fillCard, test } from 'cariqa-mock/playwright';

// A page that has never heard of the fake, in a browser that knows nothing but
// its proxy: nothing of Stripe or of the vendor's development environment is
// routed by the test.
test.use({ mockOptions: { proxy: true }, scenario: 'removable' });

const user = '9405cf8c-8375-4373-b4d3-b61f9a0c01eb';
const html = `<!doctype html><title>app</title><script src="https://js.stripe.com/v3/"></script>
<div id="card"></div><button id="add">Add</button><button id="remove">Remove</button><p id="result"></p>
<script>
const users = 'https://dev.connect.cariqa.com/api/v1/users/${user}';
const call = (method, path) => fetch(users + path, { method, headers: { Authorization: 'Bearer built-in' } });
const show = (text) => { document.querySelector('#result').textContent = text };
const stripe = Stripe('pk_test_built_in');
const card = stripe.elements().create('card');
card.mount('#card');
document.querySelector('#add').onclick = async () => {
  const secret = (await (await call('GET', '/setup-intents/?pm_type=card')).json()).setup_intent_client_secret;
  const { error, setupIntent } = await stripe.confirmCardSetup(secret, { payment_method: { card } });
  show(error ? error.message : 'added: ' + setupIntent.status);
};
document.querySelector('#remove').onclick = async () => {
  const list = (await (await call('GET', '/payment-methods/')).json()).results;
  const answer = await call('DELETE', '/payment-methods/' + list.find((m) => m.default).id + '/');
  show(answer.status + ' ' + (await answer.json()).error.details);
};
fetch('https://stray.example.org/').catch(() => document.body.append('stray: refused'));
</script>`;
let app: Server;

test.beforeAll(async () => {
  app = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(html));
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
});
test.afterAll(() => {
  app.closeAllConnections();
  app.close();
});

test('an unmodified page adds a card with 3-D Secure, and is refused a removal', async ({ page, world, mock }) => {
  await page.goto(`http://127.0.0.1:${(app.address() as AddressInfo).port}/`);
  await expect(page.getByText('stray: refused')).toBeVisible();

  await fillCard(page, '4000 0027 6000 3184');
  await page.getByRole('button', { name: 'Add' }).click();
  await completeAuthentication(page);
  await expect(page.locator('#result')).toHaveText('added: succeeded');
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(page.locator('#result')).toHaveText('400 The default payment method cannot be removed.');

  expect(await world.count({ operation: 'users_payment_methods_destroy' })).toBe(1);
  const metrics = await (await fetch(`${mock.url}/__admin/metrics`)).text();
  expect(metrics).toContain('cariqa_mock_proxy_refused_total{host="stray.example.org"} 1');
});
