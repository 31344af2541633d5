import { expect, test } from 'vitest';
import { useWorld } from 'cariqa-mock/vitest';

const world = useWorld('cdr-pending');

test.concurrent.each([1, 2])('cannot share the world (%i)', async () => {
  expect(world.token).toContain('cdr-pending');
});
