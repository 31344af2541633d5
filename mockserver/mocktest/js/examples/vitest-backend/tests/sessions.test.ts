import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { start } from 'cariqa-mock'
import { useWorld } from 'cariqa-mock/vitest'
import { backendOf } from './backend.ts'

const evse = 'DE*CIQ*EWBNHHLM82TLA*1'

describe('a session', () => {
  const world = useWorld('removable')

  test('starts, ends at the station, and is billed', async () => {
    const backend = await backendOf(world)
    const { id } = await backend.started(evse, 'pm_abc123')
    const session = world.session(id)
    await session.stop()
    await session.cdr({ kwh: 20 })
    const invoices = await world.fetch('GET', '/users/{user}/invoices/')
    expect(await invoices.json()).toMatchObject({ count: 1, results: [{ charging_session_id: id }] })
    expect(await backend.remove('pm_abc123')).toMatchObject({ body: { outcome: 'removed' } })
  })

  test('whose final charge fails leaves a debt, which blocks the next one', async () => {
    const backend = await backendOf(world)
    const { id } = await backend.started(evse, 'pm_abc123')
    await world.session(id).stop()
    await world.session(id).cdr({ charge: 'fail' })
    const next = await backend.start(evse, 'pm_abc123')
    expect(next).toMatchObject({ status: 409, body: { outcome: 'debt', debts: [{ session_id: id }] } })
  })
})

describe.each([
  { scenario: 'sca-required', at: 'DE*PWA*EALP22541X01617*01', outcome: 'authenticate' },
  { scenario: 'pre-authorization-declined', at: evse, outcome: 'declined' },
  { scenario: 'billing-data-required', at: evse, outcome: 'billing-details' },
  { scenario: 'connector-out-of-order', at: evse, outcome: 'charge-point' },
  { scenario: 'already-charging', at: evse, outcome: 'charging' },
  { scenario: 'outstanding-payment', at: evse, outcome: 'debt' },
])('in the scenario $scenario', ({ scenario, at, outcome }) => {
  const world = useWorld(scenario)

  test('a session does not start, and the backend says why', async () => {
    const backend = await backendOf(world)
    const [card] = await backend.cards()
    expect(await backend.start(at, card!.id)).toMatchObject({ status: 409, body: { outcome } })
  })
})

describe('a world', () => {
  const world = useWorld('cdr-pending')

  test('can be exported as a scenario, in which another server starts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scenarios-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'cdr-pending-export.yaml'), await world.export())

    const mock = await start({ scenarios: folder })
    onTestFinished(() => mock.stop())
    const copy = await mock.world('cdr-pending-export')
    const backend = await backendOf(copy)
    expect(await backend.remove('pm_abc123')).toMatchObject({ body: { outcome: 'costs-pending' } })
  })
})
