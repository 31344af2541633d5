// Makes one call with fetch or with node's http and https, after two others on
// the same connection if it is to be reused, and says how it ended.
import http from 'node:http'
import https from 'node:https'

const [kind, reused, origin, warmUp, method, path, body, token] = process.argv.slice(2)
const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
const client = origin.startsWith('https') ? https : http
const agent = new client.Agent({ keepAlive: true, maxSockets: 1 })

const calls = {
  async fetch(method, path, body) {
    const res = await fetch(origin + path, { method, headers, body: body || undefined })
    await res.text()
    return res.status
  },
  http: (method, path, body) => new Promise((resolve, reject) => {
    const req = client.request(origin + path, { method, headers, agent }, (res) => {
      res.on('error', reject).on('end', () => resolve(res.statusCode)).resume()
    })
    req.on('error', reject).end(body || undefined)
  }),
}

for (let n = 0; reused === 'true' && n < 2; n++) await calls[kind]('GET', warmUp)
try {
  console.log('status', await calls[kind](method, path, body))
} catch (err) {
  console.log('failed:', err.cause?.code ?? err.code ?? err.message)
}
process.exit(0)
