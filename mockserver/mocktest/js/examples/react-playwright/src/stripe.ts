import { loadStripe } from '@stripe/stripe-js'
import { publishableKey } from './config'

// Once, outside of all components, as Stripe's documentation requires.
export const stripe = loadStripe(publishableKey)
