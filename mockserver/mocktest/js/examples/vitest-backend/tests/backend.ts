import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import type { World } from 'cariqa-mock'
import { configFrom, type Session } from '../src/connect.ts'
import { backend } from '../src/server.ts'
import type { Card, Removal, Start } from '../src/wallet.ts'

/** Starts the backend with the variables of a world, and returns its calls for the world's user. */
export async function backendOf(world: World) {
  const server = backend(configFrom(world.env)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return callsOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}/users/${world.user}`)
}

/** The calls of the backend at a URL. */
export function callsOf(url: string) {
  async function call<T>(method: string, path: string, body?: object) {
    const answer = await fetch(url + path, { method, ...(body && { body: JSON.stringify(body) }) })
    return { status: answer.status, body: (await answer.json()) as T }
  }
  return {
    cards: async () => (await call<Card[]>('GET', '/cards')).body,
    remove: (card: string) => call<Removal>('DELETE', `/cards/${card}`),
    start: (evse: string, card: string) => call<Start>('POST', '/sessions', { evse, card }),
    async started(evse: string, card: string): Promise<Session> {
      const { status, body } = await call<{ session: Session }>('POST', '/sessions', { evse, card })
      expect(status).toBe(201)
      return body.session
    },
  }
}
