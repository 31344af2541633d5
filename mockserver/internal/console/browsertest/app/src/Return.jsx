import {useCallback} from 'react'
import {useLoaded} from './hooks.js'
import {Answer} from './Parts.jsx'
import {stripePromise} from './stripe.js'

// Return is the page to which Stripe redirects back.
export function Return() {
  const [result] = useLoaded(
    useCallback(async () => {
      const secret = new URLSearchParams(location.search).get('setup_intent_client_secret')
      const stripe = await stripePromise
      return stripe.retrieveSetupIntent(secret)
    }, []),
  )
  if (!result) return <p>Loading…</p>
  return (
    <>
      <p>{result.error ? result.error.message : `The setup ${result.setupIntent.status}`}</p>
      <Answer result={result} />
    </>
  )
}
