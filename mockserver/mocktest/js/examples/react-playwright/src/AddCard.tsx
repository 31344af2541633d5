import { useState } from 'react'
import { newSetupSecret } from './api'
import { useBusy } from './hooks'
import { problem } from './problem'
import { StripeForm } from './StripeForm'

interface Props {
  onAdded: () => void
  onProblem: (text: string) => void
}

export function AddCard({ onAdded, onProblem }: Props) {
  const [secret, setSecret] = useState<string | null>(null)
  const [busy, run] = useBusy()

  const begin = () =>
    run(async () => {
      try {
        setSecret(await newSetupSecret())
      } catch (error) {
        onProblem(problem(error))
      }
    })

  if (!secret) return <button onClick={begin} disabled={busy}>Add a card</button>
  return (
    <section aria-label="New card">
      <StripeForm
        secret={secret}
        button="Save card"
        confirm={(stripe, elements) =>
          stripe.confirmSetup({ elements, redirect: 'if_required', confirmParams: { return_url: location.href } })
        }
        onDone={() => {
          setSecret(null)
          onAdded()
        }}
        onCancel={() => setSecret(null)}
      />
    </section>
  )
}
