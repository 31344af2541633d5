import type { PaymentMethod } from './api'

interface Props {
  methods: PaymentMethod[]
  busy: boolean
  onDefault: (method: PaymentMethod) => void
  onRemove: (method: PaymentMethod) => void
}

const kinds: Record<string, string> = { apple_pay: 'Apple Pay', google_pay: 'Google Pay' }

export function Methods({ methods, busy, onDefault, onRemove }: Props) {
  if (methods.length === 0) return <p>You have no cards yet.</p>
  return (
    <ul aria-label="Cards">
      {methods.map((method) => (
        <li key={method.id} className="row">
          <span>
            {kinds[method.type]} <b className="brand">{method.card.brand}</b> •••• {method.card.last4}
          </span>
          <span>{method.card.expiration_date}</span>
          {method.default ? (
            <span className="badge">Default</span>
          ) : (
            <button onClick={() => onDefault(method)} disabled={busy}>Make default</button>
          )}
          <button onClick={() => onRemove(method)} disabled={busy}>Remove</button>
        </li>
      ))}
    </ul>
  )
}
