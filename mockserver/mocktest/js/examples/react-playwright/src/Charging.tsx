import { type FormEvent, useState } from 'react'
import { type PaymentMethod, type Session, stopCharging } from './api'
import { startWith } from './charging'

interface Props {
  methods: PaymentMethod[]
  session: Session | undefined
  starting: boolean
  act: (action: () => Promise<void>) => void
  onStarting: (action: () => Promise<void>) => void
}

export function Charging({ methods, session, starting, act, onStarting }: Props) {
  const [evse, setEvse] = useState('')
  const [method, setMethod] = useState('')

  if (session) {
    return (
      <section aria-label="Charging" className="row">
        <p>You are charging.</p>
        <button onClick={() => act(() => stopCharging(session.id))}>Stop charging</button>
      </section>
    )
  }

  function start(event: FormEvent) {
    event.preventDefault()
    onStarting(() => startWith(evse, method))
  }

  return (
    <form aria-label="Charging" onSubmit={start}>
      <label>
        Charge point <input value={evse} onChange={(e) => setEvse(e.target.value)} required />
      </label>
      <label>
        Pay with{' '}
        <select value={method} onChange={(e) => setMethod(e.target.value)} required>
          <option value="" />
          {methods.map((m) => <option key={m.id} value={m.id}>•••• {m.card.last4}</option>)}
        </select>
      </label>
      <button disabled={starting}>{starting ? 'Starting…' : 'Start charging'}</button>
    </form>
  )
}
