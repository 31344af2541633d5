import {useMemo, useState} from 'react'
import {CardElement, Elements, PaymentElement, useElements, useStripe} from '@stripe/react-stripe-js'
import {listDebts} from './api.js'
import {useLoaded, useResult} from './hooks.js'
import {Answer, Problem} from './Parts.jsx'
import {appearance, stripePromise} from './stripe.js'

export function Debts() {
  const [debts, reload] = useLoaded(listDebts)
  const [paying, setPaying] = useState(null)
  if (!debts) return <p>Loading…</p>
  if (debts.length === 0) return <p>Nothing to pay</p>
  return (
    <ul>
      {debts.map(d => (
        <li key={d.session_id}>
          {d.amount} {d.currency}{' '}
          <button onClick={() => setPaying('element')}>Pay</button>{' '}
          <button onClick={() => setPaying('card')}>Pay by card</button>
          {paying && <Payment way={paying} secret={d.payment_intent_client_secret} onPaid={reload} />}
        </li>
      ))}
    </ul>
  )
}

function Payment({way, secret, onPaid}) {
  const options = useMemo(() => (way === 'element' ? {clientSecret: secret, appearance} : {}), [way, secret])
  return (
    <Elements key={way} stripe={stripePromise} options={options}>
      <Form way={way} secret={secret} onPaid={onPaid} />
    </Elements>
  )
}

function Form({way, secret, onPaid}) {
  const stripe = useStripe()
  const elements = useElements()
  const [result, busy, run] = useResult()

  const confirm = {
    element: () =>
      stripe.confirmPayment({elements, redirect: 'if_required', confirmParams: {return_url: `${location.origin}/return`}}),
    card: () => stripe.confirmCardPayment(secret, {payment_method: {card: elements.getElement(CardElement)}}),
  }

  function pay(event) {
    event.preventDefault()
    run(async () => {
      const result = await confirm[way]()
      if (result.paymentIntent?.status === 'succeeded') onPaid()
      return result
    })
  }

  return (
    <form onSubmit={pay}>
      {way === 'element' ? <PaymentElement /> : <div className="box"><CardElement /></div>}
      <button disabled={!stripe || busy}>Pay now</button>
      <Problem error={result.error} />
      <Answer result={result} />
    </form>
  )
}
