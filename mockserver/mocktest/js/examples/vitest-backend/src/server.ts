import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Config, Connect } from './connect.ts'
import { listCards, removeCard, startCharging } from './wallet.ts'

/**
 * The backend of an app:
 *
 *     GET    /users/USER/cards
 *     DELETE /users/USER/cards/CARD
 *     POST   /users/USER/sessions      {"evse": "…", "card": "…"}
 */
export function backend(config: Config): Server {
  return createServer((request, response) => {
    route(config, request).then(
      ([status, body]) => send(response, status, body),
      (error: unknown) => send(response, 502, { outcome: 'failed', reason: String(error) }),
    )
  })
}

async function route(config: Config, request: IncomingMessage): Promise<[status: number, body: object]> {
  const [, users, user, what, card] = new URL(request.url ?? '/', 'http://backend').pathname.split('/')
  if (users !== 'users' || !user) return [404, {}]
  const connect = new Connect(config, user)
  switch (`${request.method} ${what}`) {
    case 'GET cards':
      return [200, await listCards(connect)]
    case 'DELETE cards': {
      const removal = await removeCard(connect, card ?? '')
      return [removal.outcome === 'removed' ? 200 : 409, removal]
    }
    case 'POST sessions': {
      const wish = JSON.parse(await text(request)) as { evse: string; card: string }
      const start = await startCharging(connect, wish.evse, wish.card)
      return [start.outcome === 'started' ? 201 : 409, start]
    }
    default:
      return [404, {}]
  }
}

function send(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}
