import { describe, expect, test } from 'vitest';
import { useWorld } from 'cariqa-mock/vitest';

const world = useWorld('cdr-pending');
const seen = new Set<string>();

for (const name of ['first', 'second']) {
  test(`a fresh world: ${name}`, async () => {
    expect((await world.fetch('DELETE', '/users/{user}/payment-methods/pm_abc123/')).status).toBe(400);
    await world.clock.advance('10m');
    expect(await world.count()).toBe(1);
    expect(seen.has(world.token)).toBe(false);
    seen.add(world.token);
  });
}

test('the user can be set', async () => {
  world.user = 'someone';
  expect(world.user).toBe('someone');
});

describe('a block with another world and server', () => {
  const strict = useWorld('debt', { start: { strict: true } });

  test('both are there', async () => {
    expect(strict.token).toMatch(/^mock\.debt\./);
    expect(world.token).toMatch(/^mock\.cdr-pending\./);
    expect((await strict.fetch('GET', '/users/?page=')).status).toBe(400);
    expect((await world.fetch('GET', '/users/?page=')).status).toBe(200);
  });
});

test('outside a test there is no world', () => {
  expect(() => useWorld('x', { strat: {} } as object)).toThrow(/unknown option "strat" \(known: start\)/);
});
