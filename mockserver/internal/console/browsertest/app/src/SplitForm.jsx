import {CardCvcElement, CardExpiryElement, CardNumberElement, Elements, useElements, useStripe} from '@stripe/react-stripe-js'
import {newSetupSecret} from './api.js'
import {useEvents, useResult} from './hooks.js'
import {Answer, Events, Problem} from './Parts.jsx'
import {stripePromise} from './stripe.js'

const options = {showIcon: true}

export function SplitForm() {
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
  const change = event => note('change', event)

  const save = event => {
    event.preventDefault()
    run(async () =>
      stripe.confirmCardSetup(await newSetupSecret(), {payment_method: {card: elements.getElement(CardNumberElement)}}),
    )
  }

  return (
    <form onSubmit={save}>
      <div className="box"><CardNumberElement options={options} onChange={change} /></div>
      <div className="box"><CardExpiryElement onChange={change} /></div>
      <div className="box"><CardCvcElement onChange={change} /></div>
      <button disabled={!stripe || busy}>Save card</button>
      <Problem error={result.error} />
      <Answer result={result} />
      <Events events={events} />
    </form>
  )
}
