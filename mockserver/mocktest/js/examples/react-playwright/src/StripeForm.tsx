import { Elements, PaymentElement, useElements, useStripe } from '@stripe/react-stripe-js'
import type { Stripe, StripeElements, StripeError } from '@stripe/stripe-js'
import { type FormEvent, useMemo, useState } from 'react'
import { useBusy } from './hooks'
import { stripe } from './stripe'

type Confirm = (stripe: Stripe, elements: StripeElements) => Promise<{ error?: StripeError | undefined }>

interface Props {
  secret: string
  button: string
  confirm: Confirm
  onDone: () => void
  onCancel: () => void
}

/** Stripe's payment element with a button. The bank's questions appear in a dialog of Stripe's. */
export function StripeForm({ secret, ...form }: Props) {
  const options = useMemo(() => ({ clientSecret: secret }), [secret])
  return (
    <Elements stripe={stripe} options={options}>
      <Form {...form} />
    </Elements>
  )
}

function Form({ button, confirm, onDone, onCancel }: Omit<Props, 'secret'>) {
  const stripe = useStripe()
  const elements = useElements()
  const [busy, run] = useBusy()
  const [error, setError] = useState<string | null>(null)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!stripe || !elements) return
    run(async () => {
      setError(null)
      const answer = await confirm(stripe, elements)
      if (answer.error) setError(answer.error.message ?? 'Something went wrong.')
      else onDone()
    })
  }

  return (
    <form onSubmit={submit}>
      <PaymentElement />
      {error && <p role="alert">{error}</p>}
      <button disabled={!stripe || busy}>{button}</button>
      <button type="button" onClick={onCancel} disabled={busy}>Cancel</button>
    </form>
  )
}
