// Makes calls with Stripe's Node library, one after the other, each with a
// client of its own, and prints how they ended. The arguments are a JSON list, see
// nodeCall in node_test.go, and the name of the package.
import http from 'node:http'
import https from 'node:https'

const { default: Stripe } = await import(process.argv[3])

const ends = []
for (const { origin, method, id, secret, before, retries } of JSON.parse(process.argv[2])) {
  const { hostname: host, port, protocol } = new URL(origin)
  const httpAgent = new (protocol === 'https:' ? https : http).Agent({ keepAlive: true }) // as the library's own
  const stripe = new Stripe('pk_test_51stripesdk', {
    host, port, protocol: protocol.slice(0, -1), maxNetworkRetries: retries, telemetry: false, httpAgent,
  })
  for (let n = 0; n < before; n++) {
    await stripe.setupIntents.retrieve(id, { client_secret: secret })
  }
  const params = { client_secret: secret, ...(method === 'confirm' && { payment_method: 'pm_card_visa' }) }
  ends.push(await stripe.setupIntents[method](id, params).then(
    (intent) => ({ status: intent.status }),
    ({ type, code, decline_code: decline, statusCode, requestId, setup_intent }) => ({
      type, code, decline, http: statusCode, request: requestId?.slice(0, 4), intent: setup_intent?.status,
    }),
  ))
  httpAgent.destroy()
}
console.log(JSON.stringify(ends))
