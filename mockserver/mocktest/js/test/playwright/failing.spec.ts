import { expect, test } from 'cariqa-mock/playwright';

test.use({ scenario: 'cdr-pending' });

test('fails on purpose', async ({ world }) => {
  expect((await world.fetch('DELETE', '/users/{user}/payment-methods/pm_abc123/')).status).toBe(204);
});
