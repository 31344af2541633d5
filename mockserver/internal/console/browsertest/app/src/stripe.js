import {loadStripe} from '@stripe/stripe-js'

const wanted = new URLSearchParams(location.search)

export const theme = wanted.get('theme') ?? 'stripe'

// Once, outside of all components, as Stripe's documentation requires.
export const stripePromise = loadStripe('pk_test_mock', {locale: wanted.get('locale') ?? 'auto'})

export const appearance = {theme, variables: {fontSizeBase: '17px'}}

export const paymentOptions = {
  layout: wanted.get('layout') ?? 'tabs',
  wallets: wanted.has('cardsOnly') ? {applePay: 'never', googlePay: 'never'} : {},
  defaultValues: {billingDetails: {address: {country: wanted.get('country') ?? undefined}}},
}
