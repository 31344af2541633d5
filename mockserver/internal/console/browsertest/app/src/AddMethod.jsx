import {useMemo} from 'react'
import {Elements, PaymentElement, useElements, useStripe} from '@stripe/react-stripe-js'
import {newSetupSecret} from './api.js'
import {useEvents, useLoaded, useResult} from './hooks.js'
import {Answer, Events, Problem} from './Parts.jsx'
import {appearance, paymentOptions, stripePromise} from './stripe.js'

// AddMethod adds a method with a setup intent that is created beforehand or,
// deferred, when the form is sent. With 'always' the browser leaves the page.
export function AddMethod({way, onAdded}) {
  return way === 'deferred' ? <Deferred onAdded={onAdded} /> : <Prepared redirect={way} onAdded={onAdded} />
}

function Prepared({redirect, onAdded}) {
  const [secret] = useLoaded(newSetupSecret)
  const options = useMemo(() => ({clientSecret: secret, appearance}), [secret])
  if (!secret) return <p>Preparing…</p>
  return (
    <Elements stripe={stripePromise} options={options}>
      <Form redirect={redirect} onAdded={onAdded} />
    </Elements>
  )
}

const deferred = {mode: 'setup', currency: 'eur', appearance}

function Deferred({onAdded}) {
  return (
    <Elements stripe={stripePromise} options={deferred}>
      <Form redirect="if_required" onAdded={onAdded} makeSecret={newSetupSecret} />
    </Elements>
  )
}

function Form({redirect, onAdded, makeSecret}) {
  const stripe = useStripe()
  const elements = useElements()
  const [result, busy, run] = useResult()
  const [events, note] = useEvents()

  function submit(event) {
    event.preventDefault()
    run(async () => {
      const more = {}
      if (makeSecret) {
        const {error} = await elements.submit()
        if (error) return {error}
        more.clientSecret = await makeSecret()
      }
      const confirmParams = {return_url: `${location.origin}/return?from=methods`}
      const result = await stripe.confirmSetup({elements, redirect, confirmParams, ...more})
      if (!result.error) onAdded()
      return result
    })
  }

  return (
    <form onSubmit={submit}>
      <PaymentElement options={paymentOptions} onReady={() => note('ready')} onChange={e => note('change', e)} />
      <button disabled={!stripe || busy}>Save card</button>
      <Problem error={result.error} />
      <Answer result={result} />
      <Events events={events} />
    </form>
  )
}
