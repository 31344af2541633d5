import {CardElement, Elements, useElements, useStripe} from '@stripe/react-stripe-js'
import {newSetupSecret} from './api.js'
import {useEvents, useResult} from './hooks.js'
import {Answer, Events, Problem} from './Parts.jsx'
import {stripePromise} from './stripe.js'

const options = {style: {base: {fontSize: '16px', color: '#30313d'}}}
const holder = {name: 'Jo Doe'}

export function CardForm() {
  return (
    <Elements stripe={stripePromise}>
      <Form />
    </Elements>
  )
}

function Form() {
  const stripe = useStripe()
  const elements = useElements()
  const [result, busy, run] = useResult()
  const [events, note] = useEvents()
  const card = () => elements.getElement(CardElement)

  const save = event => {
    event.preventDefault()
    run(async () =>
      stripe.confirmCardSetup(await newSetupSecret(), {payment_method: {card: card(), billing_details: holder}}),
    )
  }

  const method = () => run(() => stripe.createPaymentMethod({type: 'card', card: card(), billing_details: holder}))
  const token = () => run(() => stripe.createToken(card(), {name: holder.name}))

  return (
    <form onSubmit={save}>
      <div className="box">
        <CardElement
          options={options}
          onReady={() => note('ready')}
          onChange={e => note('change', e)}
          onFocus={() => note('focus')}
          onBlur={() => note('blur')}
        />
      </div>
      <button disabled={!stripe || busy}>Save card</button>
      <button type="button" onClick={method} disabled={!stripe || busy}>Make a method</button>
      <button type="button" onClick={token} disabled={!stripe || busy}>Make a token</button>
      <button type="button" onClick={() => card().clear()}>Clear</button>
      <button type="button" onClick={() => card().focus()}>Focus</button>
      <Problem error={result.error} />
      <Answer result={result} />
      <Events events={events} />
    </form>
  )
}
