// Runs one script of calls with Stripe's Node library and prints how each
// ended. The arguments are a JSON object, see nodeScript in script_test.go, and the
// name of the package.
import http from 'node:http'

const { default: Stripe } = await import(process.argv[3])
const { origin, setups, debt, saved, run } = JSON.parse(process.argv[2])
const { hostname: host, port } = new URL(origin)
const httpAgent = new http.Agent()
const client = (key) => new Stripe(key, { host, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false, httpAgent })
const app = client('pk_test_51stripesdk')
const server = client('sk_test_51stripesdk')

const ends = {}
async function step(name, promise, show) {
  ends[name] = await promise.then(show, ({ type, code, decline_code, param, statusCode, payment_intent, setup_intent, payment_method }) =>
    [type, statusCode, code, decline_code, param, (payment_intent ?? setup_intent)?.status, payment_method?.card?.last4].filter(Boolean).join(' '))
}

// request makes a call that the library has no function for.
function request(stripe, method, path, params) {
  if (stripe.rawRequest) return stripe.rawRequest(method, path, params)
  const { StripeResource } = Stripe
  return new (StripeResource.extend({ run: StripeResource.method({ method, fullPath: path }) }))(stripe).run(params)
}

const status = ({ status }) => status
const replayed = (answer) => answer.lastResponse.headers['idempotent-replayed'] ?? 'first'
const card = (number, more) => ({ type: 'card', card: { number, exp_month: 12, exp_year: 2034, cvc: '123' }, ...more })

// Setup intents.
const [first, second, third] = setups
await step('setup: retrieve', app.setupIntents.retrieve(first.id, { client_secret: first.secret }), status)
await step('setup: declined', app.setupIntents.confirm(first.id, { client_secret: first.secret, payment_method: 'pm_card_visa_chargeDeclinedLostCard' }), status)
await step('setup: last error', server.setupIntents.retrieve(first.id), (i) => `${i.status} ${i.last_setup_error.decline_code} ${i.last_setup_error.payment_method.card.last4}`)
await step('setup: confirm', app.setupIntents.confirm(first.id, { client_secret: first.secret, payment_method_data: card('5555555555554444'), expand: ['payment_method'] }), (i) => `${i.status} ${i.payment_method.card.brand}`)
await step('setup: again', app.setupIntents.confirm(first.id, { client_secret: first.secret, payment_method: 'pm_card_visa' }), status)
await step('setup: 3-D Secure', app.setupIntents.confirm(second.id, { client_secret: second.secret, payment_method: 'pm_card_authenticationRequired', return_url: 'https://app.example.com/' }), (i) => `${i.status} ${i.next_action.type}`)
await step('setup: wrong secret', app.setupIntents.retrieve(first.id, { client_secret: `${first.id}_secret_x` }), status)

// Payment intents.
await step('payment: retrieve', app.paymentIntents.retrieve(debt.id, { client_secret: debt.secret }), (i) => `${i.status} ${i.amount} ${i.currency}`)
await step('payment: declined', app.paymentIntents.confirm(debt.id, { client_secret: debt.secret, payment_method_data: card('4000000000009995') }), status)
await step('payment: last error', server.paymentIntents.retrieve(debt.id, { expand: ['last_payment_error.payment_method.customer'] }), (i) => `${i.status} ${i.last_payment_error.decline_code} ${i.last_payment_error.payment_method.card.last4}`)
await step('payment: no method', app.paymentIntents.confirm(debt.id, { client_secret: debt.secret, payment_method: 'pm_x' }), status)
await step('payment: key of the app without the secret', app.paymentIntents.retrieve(debt.id), status)
await step('payment: confirm', app.paymentIntents.confirm(debt.id, { client_secret: debt.secret, payment_method: saved }, { idempotencyKey: `pay ${run}` }), status)
await step('payment: confirm, repeated', app.paymentIntents.confirm(debt.id, { client_secret: debt.secret, payment_method: saved }, { idempotencyKey: `pay ${run}` }), (i) => `${i.status} ${replayed(i)}`)
await step('payment: received', server.paymentIntents.retrieve(debt.id), (i) => `${i.status} ${i.amount_received}`)
await step('payment: again', app.paymentIntents.confirm(debt.id, { client_secret: debt.secret, payment_method: saved }), status)

// Payment methods and tokens.
await step('method: create', app.paymentMethods.create(card('6011981111111113', { billing_details: { email: 'jo@example.com', address: { country: 'DE' } }, metadata: { a: 'b' } })),
  (m) => `${m.card.brand} ${m.card.funding} ${m.billing_details.email} ${m.billing_details.address.country} ${m.metadata.a}`)
await step('method: wrong number', app.paymentMethods.create(card('4242424242424241')), (m) => m.id)
await step('method: no test card', app.paymentMethods.create(card('4111111111111111')), (m) => m.id)
await step('method: past', app.paymentMethods.create({ type: 'card', card: { number: '4242424242424242', exp_month: 1, exp_year: 2020 } }), (m) => m.id)
await step('method: odd country', app.paymentMethods.create(card('4242424242424242', { billing_details: { address: { country: 'JA' } } })), (m) => m.id)
await step('method: odd e-mail', app.paymentMethods.create(card('4242424242424242', { billing_details: { email: 'jo' } })), (m) => m.id)
await step('method: another type', app.paymentMethods.create({ type: 'sepa_debit', sepa_debit: { iban: 'DE89370400440532013000' } }), (m) => m.id)
let token
await step('token: create', app.tokens.create({ card: { number: '4242424242424242', exp_month: '12', exp_year: '2034', cvc: '123', name: 'Jo' } }), (t) => {
  token = t.id
  return `${t.type} ${t.card.brand} ${t.card.name} ${t.used}`
})
await step('token: use', app.paymentMethods.create({ type: 'card', card: { token } }), (m) => `${m.card.brand} ${m.billing_details.name}`)
await step('token: use again', app.paymentMethods.create({ type: 'card', card: { token } }), (m) => m.id)
await step('token: unknown', app.paymentMethods.create({ type: 'card', card: { token: 'tok_x' } }), (m) => m.id)

// Confirmation tokens.
let confirmation
await step('confirmation token: create', request(app, 'POST', '/v1/confirmation_tokens', { payment_method_data: card('4242424242424242') }), (t) => {
  confirmation = t.id
  return `${t.object} ${t.payment_method_preview.card.last4}`
})
await step('confirmation token: use', app.setupIntents.confirm(third.id, { client_secret: third.secret, confirmation_token: confirmation }), status)
await step('confirmation token: used', request(server, 'GET', `/v1/confirmation_tokens/${confirmation}`), (t) => `${t.setup_intent === third.id}`)
await step('confirmation token: unknown', request(server, 'GET', '/v1/confirmation_tokens/ctoken_x'), (t) => t.id)

// Idempotency.
const visa = { type: 'card', card: { token: 'tok_visa' } }
const ids = []
for (const name of ['idempotency: first', 'idempotency: repeated']) {
  await step(name, app.paymentMethods.create(visa, { idempotencyKey: `k ${run}` }), (m) => {
    ids.push(m.id)
    return replayed(m)
  })
}
ends['idempotency: one method'] = String(ids.length === 2 && ids[0] === ids[1])
await step('idempotency: other parameters', app.paymentMethods.create({ ...visa, metadata: { a: 'b' } }, { idempotencyKey: `k ${run}` }), (m) => m.id)
await step('idempotency: refused', app.paymentMethods.create({ type: 'card' }, { idempotencyKey: `r ${run}` }), (m) => m.id)
await step('idempotency: refused, then right', app.paymentMethods.create(visa, { idempotencyKey: `r ${run}` }), replayed)

// Errors.
await step('error: no such key', client('pk_x').paymentMethods.create(visa), (m) => m.id)
await step('error: live key', client('sk_live_51stripesdk').setupIntents.retrieve(first.id), status)
await step('error: unknown parameter', app.paymentMethods.create({ ...visa, bogus: 1 }), (m) => m.id)
await step('error: unknown below', app.paymentMethods.create({ ...visa, billing_details: { adress: {} , nme: 'x' } }), (m) => m.id)
await step('error: expand', server.setupIntents.retrieve(first.id, { expand: ['nonsense'] }), status)
await step('error: no such intent', server.paymentIntents.retrieve('pi_x'), status)
await step('error: version', server.setupIntents.retrieve(first.id, {}, { apiVersion: '1999-01-01' }), status)

// Limits: what the vendor's server does with Stripe.
await step('limit: retrieve a method', server.paymentMethods.retrieve('pm_card_visa'), (m) => m.id)
await step('limit: retrieve a token', server.tokens.retrieve('tok_visa'), (t) => t.id)
await step('limit: create an intent', server.setupIntents.create({}), status)
await step('limit: cancel an intent', server.setupIntents.cancel(second.id), status)
await step('limit: customers', server.customers.create({}), (c) => c.id)

httpAgent.destroy()
console.log(JSON.stringify(ends))
