import {useState} from 'react'
import {
  AddressElement, AuBankAccountElement, CurrencySelectorElement, Elements, ExpressCheckoutElement, IbanElement, LinkAuthenticationElement, PaymentElement,
  PaymentMethodMessagingElement, TaxIdElement, useElements, useStripe,
} from '@stripe/react-stripe-js'
import {newSetupSecret} from './api.js'
import {useEvents, useResult} from './hooks.js'
import {Answer, Events, Problem} from './Parts.jsx'
import {stripePromise} from './stripe.js'

const deferred = {mode: 'setup', currency: 'eur'}
const messaging = {amount: 1000, currency: 'EUR'}
const billing = {mode: 'billing', defaultValues: {name: 'Jo Doe'}}

// Extras has the payment element among others, which come and go.
export function Extras() {
  const [shown, setShown] = useState(true)
  return (
    <Elements stripe={stripePromise} options={deferred}>
      <button onClick={() => setShown(!shown)}>{shown ? 'Hide' : 'Show'}</button>
      {shown && <Form />}
    </Elements>
  )
}

function Form() {
  const stripe = useStripe()
  const elements = useElements()
  const [result, busy, run] = useResult()
  const [events, note] = useEvents()

  function submit(event) {
    event.preventDefault()
    run(async () => {
      const {error} = await elements.submit()
      if (error) return {error}
      const made = await stripe.createConfirmationToken({elements})
      if (made.error) return made
      const confirmParams = {confirmation_token: made.confirmationToken.id}
      return stripe.confirmSetup({clientSecret: await newSetupSecret(), redirect: 'if_required', confirmParams})
    })
  }

  return (
    <form onSubmit={submit}>
      <ExpressCheckoutElement onConfirm={() => {}} onReady={e => note('wallets ' + (e.availablePaymentMethods ?? 'none'))} />
      <LinkAuthenticationElement onChange={e => note('change', e)} />
      <AddressElement options={billing} onChange={e => note('change', e)} />
      <PaymentElement onReady={() => note('ready')} onChange={e => note('change', e)} />
      <CurrencySelectorElement />
      <IbanElement />
      <AuBankAccountElement />
      <TaxIdElement options={{}} />
      <PaymentMethodMessagingElement options={messaging} />
      <button disabled={!stripe || busy}>Save card</button>
      <Problem error={result.error} />
      <Answer result={result} />
      <Events events={events} />
    </form>
  )
}
