import { describe, expect, test } from 'vitest'
import { useWorld } from 'cariqa-mock/vitest'
import { backendOf } from './backend.ts'

describe('cards', () => {
  const world = useWorld('removable')

  test('are listed', async () => {
    const backend = await backendOf(world)
    expect(await backend.cards()).toEqual([
      { id: 'pm_abc123', label: 'mastercard •••• 4444', isDefault: false },
      { id: 'pm_1TD1LuHtgZxQ1KXxNj5sKkKM', label: 'visa •••• 4242', isDefault: true },
    ])
  })

  test('are removed', async () => {
    const backend = await backendOf(world)
    expect(await backend.remove('pm_abc123')).toEqual({ status: 200, body: { outcome: 'removed' } })
    expect(await backend.cards()).toHaveLength(1)
  })

  // The tests of this file have a world each: this one has the card that another test removes.
  test('are there in another test', async () => {
    const backend = await backendOf(world)
    expect(await backend.cards()).toHaveLength(2)
  })

  test('that do not exist are not removed', async () => {
    const backend = await backendOf(world)
    expect(await backend.remove('pm_none')).toEqual({ status: 409, body: { outcome: 'unknown-card' } })
  })
})

describe.each([
  ['debt', { outcome: 'debt', debts: [{ amount: '5.39', currency: 'eur' }] }],
  ['default-method', { outcome: 'default' }],
  ['active-session', { outcome: 'charging' }],
  ['method-on-active-session', { outcome: 'charging' }],
  ['cdr-pending', { outcome: 'costs-pending' }],
  ['session-starting', { outcome: 'later', seconds: null }],
])('in the scenario %s', (scenario, outcome) => {
  const world = useWorld(scenario)

  test('a card is not removed, for a reason that the backend finds out', async () => {
    const backend = await backendOf(world)
    expect(await backend.remove('pm_abc123')).toMatchObject({ status: 409, body: outcome })
    const [removal] = await world.requests('users_payment_methods_destroy')
    expect((await world.explain(removal)).rule).toBe(`remove-payment-method/${scenario}`)
  })
})

describe('costs', () => {
  const world = useWorld('cdr-pending')

  test('arrive, and then the card can be removed', async () => {
    const backend = await backendOf(world)
    expect(await backend.remove('pm_abc123')).toMatchObject({ body: { outcome: 'costs-pending' } })
    await world.clock.advance('10m')
    expect(await backend.remove('pm_abc123')).toMatchObject({ body: { outcome: 'removed' } })
  })
})
