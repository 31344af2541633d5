import { describe, expect, test } from 'vitest'
import { useWorld } from 'cariqa-mock/vitest'
import { backendOf } from './backend.ts'

const remove = 'users_payment_methods_destroy'
const start = 'users_charging_start_create'

describe('when the API fails', () => {
  const world = useWorld('removable')

  test('with an internal error, so does the backend, and nothing has changed', async () => {
    const backend = await backendOf(world)
    await world.fault({ operation: remove, status: 500, error: 'unexpected_error' })
    expect(await backend.remove('pm_abc123')).toMatchObject({ status: 502, body: { outcome: 'failed' } })
    expect(await backend.cards()).toHaveLength(2)
  })

  test('to answer a removal, the backend looks, and does not remove twice', async () => {
    const backend = await backendOf(world)
    await world.fault({ operation: remove, drop: true })
    expect(await backend.remove('pm_abc123')).toMatchObject({ status: 200, body: { outcome: 'removed' } })
    expect(await world.count(remove)).toBe(1)
  })

  test('to answer a start, the backend finds the session, and does not start another one', async () => {
    const backend = await backendOf(world)
    await world.fault({ operation: start, drop: true })
    const session = await backend.started('DE*CIQ*EWBNHHLM82TLA*1', 'pm_abc123')
    expect(await world.count(start)).toBe(1)
    expect(await world.session(session.id).state()).toMatchObject({ state: 'active' })
  })

  test('because of too many calls, the backend says when to try again', async () => {
    const backend = await backendOf(world)
    await world.fault({ operation: remove, rate_limit: '30s' })
    expect(await backend.remove('pm_abc123')).toMatchObject({ body: { outcome: 'later', seconds: 30 } })
  })
})
