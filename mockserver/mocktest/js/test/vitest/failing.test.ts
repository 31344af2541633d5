import { expect, test } from 'vitest';
import { useWorld } from 'cariqa-mock/vitest';

const world = useWorld('cdr-pending');

test('fails on purpose', async () => {
  expect((await world.fetch('DELETE', '/users/{user}/payment-methods/pm_abc123/')).status).toBe(204);
});
