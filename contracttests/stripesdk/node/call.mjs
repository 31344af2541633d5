// Makes one call with Stripe's Node library and prints how it ended.
// Arguments: origin, kind (setupIntents, paymentIntents), method, id, secret,
// number of calls before it on the same connection, retries.
import Stripe from 'stripe'

const [origin, kind, method, id, secret, before, retries] = process.argv.slice(2)
const { hostname: host, port, protocol } = new URL(origin)
const stripe = new Stripe('pk_test_51stripesdk', {
  host, port, protocol: protocol.slice(0, -1), maxNetworkRetries: Number(retries), telemetry: false,
})
const intents = stripe[kind]
for (let n = 0; n < Number(before); n++) {
  await intents.retrieve(id, { client_secret: secret })
}
const params = { client_secret: secret, ...(method === 'confirm' && { payment_method: 'pm_card_visa' }) }
const end = await intents[method](id, params).then(
  (intent) => ({ status: intent.status }),
  ({ type, code, decline_code, statusCode, requestId, setup_intent, payment_intent }) => ({
    type, code, decline: decline_code, http: statusCode, request: requestId?.slice(0, 4), intent: (setup_intent ?? payment_intent)?.status,
  }),
)
console.log(JSON.stringify(end))
