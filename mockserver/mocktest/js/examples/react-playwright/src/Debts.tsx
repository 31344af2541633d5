import { useState } from 'react'
import type { Debt } from './api'
import { StripeForm } from './StripeForm'

export function Debts({ debts, onPaid }: { debts: Debt[]; onPaid: () => void }) {
  if (debts.length === 0) return null
  return (
    <section aria-label="Open payments">
      <h2>Open payments</h2>
      {debts.map((debt) => <OneDebt key={debt.session_id} debt={debt} onPaid={onPaid} />)}
    </section>
  )
}

function OneDebt({ debt, onPaid }: { debt: Debt; onPaid: () => void }) {
  const [paying, setPaying] = useState(false)
  const amount = new Intl.NumberFormat('en', { style: 'currency', currency: debt.currency }).format(Number(debt.amount))
  return (
    <div className="row">
      <p>A charging session is not paid: {amount}</p>
      {!paying && <button onClick={() => setPaying(true)}>Pay {amount}</button>}
      {paying && (
        <StripeForm
          secret={debt.payment_intent_client_secret}
          button="Pay now"
          confirm={(stripe, elements) =>
            stripe.confirmPayment({ elements, redirect: 'if_required', confirmParams: { return_url: location.href } })
          }
          onDone={onPaid}
          onCancel={() => setPaying(false)}
        />
      )}
    </div>
  )
}
