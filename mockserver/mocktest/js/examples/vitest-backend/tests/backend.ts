import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { World } from 'cariqa-mock'
import { configFrom } from '../src/connect.ts'
import { backend } from '../src/server.ts'

/** Starts the backend with the variables of a world, and returns a function that calls it for the world's user. */
export async function backendOf(world: World) {
  const server = backend(configFrom(world.env)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return async (method: string, path: string, body?: object) => {
    const answer = await fetch(`http://127.0.0.1:${port}/users/${world.user}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.json() }
  }
}
