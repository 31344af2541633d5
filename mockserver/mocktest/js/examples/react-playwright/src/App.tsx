import { useState } from 'react'
import { AddCard } from './AddCard'
import { ApiError, type PaymentMethod, listDebts, listMethods, listSessions, removeMethod, setDefault } from './api'
import { Charging } from './Charging'
import { Debts } from './Debts'
import { useBusy, useLoaded } from './hooks'
import { Methods } from './Methods'
import { problem } from './problem'
import { texts, whyRefused } from './removal'

async function loadAccount() {
  const [methods, debts, sessions] = await Promise.all([listMethods(), listDebts(), listSessions()])
  return { methods, debts, session: sessions.find((s) => s.is_active) }
}

export function App() {
  const account = useLoaded(loadAccount)
  const [notices, setNotices] = useState<string[]>([])
  const [busy, run] = useBusy()
  const [starting, runStart] = useBusy()

  // Whatever becomes of an action, the page then shows what the server has.
  async function act(action: () => Promise<void>) {
    setNotices([])
    try {
      await action()
    } catch (error) {
      setNotices([problem(error)])
    }
    account.reload()
  }

  async function remove(method: PaymentMethod) {
    try {
      await removeMethod(method.id)
    } catch (error) {
      if (!(error instanceof ApiError) || ![400, 402].includes(error.status)) throw error
      const reasons = await whyRefused(error, method, starting)
      setNotices(reasons.map((reason) => texts[reason]))
    }
  }

  if (!account.value) {
    return (
      <main>
        <h1>Saved cards</h1>
        {account.error ? (
          <>
            <p role="alert">{problem(account.error)}</p>
            <button onClick={account.reload}>Try again</button>
          </>
        ) : (
          <p role="status">Loading…</p>
        )}
      </main>
    )
  }

  const { methods, debts, session } = account.value
  return (
    <main>
      <h1>Saved cards</h1>
      {notices.map((notice) => <p key={notice} role="alert">{notice}</p>)}
      <Debts debts={debts} onPaid={() => void act(async () => {})} />
      <Methods
        methods={methods}
        busy={busy}
        onDefault={(method) => run(() => act(() => setDefault(method.id)))}
        onRemove={(method) => run(() => act(() => remove(method)))}
      />
      <AddCard onAdded={() => void act(async () => {})} onProblem={(text) => setNotices([text])} />
      <Charging
        methods={methods}
        session={session}
        starting={starting}
        act={(action) => run(() => act(action))}
        onStarting={(action) => runStart(() => act(action))}
      />
    </main>
  )
}
