export function Problem({error}) {
  if (!error) return null
  return (
    <p className="error" role="alert">
      {error.message}
    </p>
  )
}

// Answer shows Stripe's answer, for tests.
export function Answer({result}) {
  return <pre id="answer" className="events">{JSON.stringify(result)}</pre>
}

export function Events({events}) {
  return <pre id="events" className="events">{JSON.stringify(events)}</pre>
}
