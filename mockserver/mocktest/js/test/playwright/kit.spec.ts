import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { completeAuthentication, expect, failAuthentication, fillCard, routeWorld, test } from 'cariqa-mock/playwright';

const user = '9405cf8c-8375-4373-b4d3-b61f9a0c01eb';
let app: Server;

// The app under test, with the addresses of production built in.
test.beforeAll(async () => {
  app = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>app</title><script src="https://js.stripe.com/v3/"></script><div id="card"></div><p id="result"></p>');
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
});
test.afterAll(() => {
  app.closeAllConnections();
  app.close();
});

async function open(page: Page): Promise<void> {
  await page.goto(`http://localhost:${(app.address() as AddressInfo).port}/`);
}

/** call makes a call as the app would; the answer is [status, body], or why there is none. */
async function call(page: Page, method: string, url: string): Promise<[number, any] | string> {
  return page.evaluate(async ([method, url]) => {
    try {
      const response = await fetch(url as string, { method: method as string, headers: { Authorization: 'Bearer built-in' } });
      const text = await response.text();
      return [response.status, text === '' ? null : JSON.parse(text)];
    } catch (error) {
      return String(error);
    }
  }, [method, url]);
}

test('every address of the vendor reaches the world', async ({ page, world, mock }) => {
  await open(page);
  for (const origin of ['https://dev.connect.cariqa.com', 'https://connect.cariqa.com', 'http://127.0.0.1:4343', 'http://localhost:4343', mock.url]) {
    const api = `${origin}/api/v1/users`;
    const [status, list] = await call(page, 'GET', `${api}/${user}/payment-methods/?page_size=1`) as [number, any];
    expect([status, list.next]).toEqual([200, `${api}/${user}/payment-methods/?page=2&page_size=1`]);
    expect((await call(page, 'GET', `${api}/${user}`))[0], 'a redirect is followed').toBe(200);
    expect((await call(page, 'DELETE', `${api}/`))[0], 'a method with a preflight').toBe(405);
    await world.fault({ operation: 'users_list', drop: true });
    expect(await call(page, 'GET', `${api}/`)).toMatch(/TypeError/);
    expect(await world.count('users_list'), 'a dropped call is not repeated').toBe(1);
    await world.reset();
  }
});

test.describe('with a scenario', () => {
  test.use({ scenario: 'debt', apiOrigins: ['https://api.example.org/proxy'] });

  test('the world starts in it, and more origins reach it', async ({ page, world }) => {
    await open(page);
    expect(world.token).toMatch(/^mock\.debt\./);
    expect((await call(page, 'DELETE', `https://api.example.org/api/v1/users/${user}/payment-methods/pm_abc123/`))[0]).toBe(402);
  });
});

test('a second user has a world of its own', async ({ page, world, mock, browser }) => {
  const other = await mock.world('debt');
  const context = await browser.newContext();
  await routeWorld(context, other);
  const second = await context.newPage();
  await open(page);
  await open(second);
  await call(second, 'GET', 'https://dev.connect.cariqa.com/api/v1/users/');
  expect([await world.count(), await other.count()]).toEqual([0, 1]);
  await context.close();
});

for (const [element, finish, want] of [
  ['payment', completeAuthentication, 'succeeded'],
  ['payment', failAuthentication, 'setup_intent_authentication_failure'],
  ['card', completeAuthentication, 'succeeded'],
] as const) {
  test(`a card in a ${element} element: ${want}`, async ({ page, world }) => {
    await open(page);
    const { setup_intent_client_secret: secret } = await (await world.fetch('GET', '/users/{user}/setup-intents/?pm_type=card')).json();
    await page.evaluate(([secret, type]) => {
      const stripe = (window as any).Stripe('pk_test_any');
      const elements = stripe.elements(type === 'payment' ? { clientSecret: secret } : {});
      const element = elements.create(type);
      element.mount('#card');
      (window as any).confirm = async () => {
        const result = type === 'payment'
          ? await stripe.confirmSetup({ elements, redirect: 'if_required', confirmParams: { return_url: location.href } })
          : await stripe.confirmCardSetup(secret, { payment_method: { card: element } });
        document.getElementById('result')!.textContent = result.error ? result.error.code : result.setupIntent.status;
      };
    }, [secret, element]);
    await fillCard(page, '4000 0027 6000 3184', element === 'payment' ? { country: 'US', postalCode: '10001' } : {});
    await page.evaluate(() => { (window as any).confirm(); });
    await finish(page);
    await expect(page.locator('#result')).toHaveText(want);
    expect(await world.count({ path: '/v1/setup_intents/*/confirm' })).toBe(1);
  });
}

test('what is not on the page is explained', async ({ page }) => {
  await expect(fillCard(page, '4242', { timeout: 10 })).rejects.toThrow(/fillCard: no field for a card number is visible after 0\.01 seconds/);
  await expect(completeAuthentication(page, { timeout: 10 })).rejects.toThrow(/no 3-D Secure step is visible/);
});
