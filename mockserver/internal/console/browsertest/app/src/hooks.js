import {useCallback, useEffect, useState} from 'react'

// useLoaded loads something, and again on demand. A result that arrives after the
// component is unmounted, as under StrictMode, is dropped.
export function useLoaded(load) {
  const [round, setRound] = useState(0)
  const [value, setValue] = useState(null)
  useEffect(() => {
    let gone = false
    load().then(v => gone || setValue(v))
    return () => {
      gone = true
    }
  }, [load, round])
  return [value, useCallback(() => setRound(r => r + 1), [])]
}

// useResult keeps Stripe's answer.
export function useResult() {
  const [result, setResult] = useState({})
  const [busy, setBusy] = useState(false)
  const run = useCallback(async work => {
    setBusy(true)
    setResult({})
    try {
      setResult(await work())
    } finally {
      setBusy(false)
    }
  }, [])
  return [result, busy, run]
}

// useEvents keeps the events of an element.
export function useEvents() {
  const [events, setEvents] = useState([])
  const add = useCallback((name, event) => setEvents(all => [...all, {name, ...event}]), [])
  return [events, add]
}
