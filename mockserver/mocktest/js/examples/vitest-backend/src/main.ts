import type { AddressInfo } from 'node:net'
import { configFrom } from './connect.ts'
import { backend } from './server.ts'

const server = backend(configFrom(process.env))
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
