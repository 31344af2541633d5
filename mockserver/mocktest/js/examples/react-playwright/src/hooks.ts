import { useCallback, useEffect, useRef, useState } from 'react'

export interface Loaded<T> {
  value: T | null
  error: unknown
  reload: () => void
}

/** Loads a value when the component is mounted, and again on reload. The old value stays until the new one is there. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [round, setRound] = useState(0)
  const [state, setState] = useState<{ value: T | null; error: unknown }>({ value: null, error: null })
  useEffect(() => {
    let current = true
    load().then(
      (value) => current && setState({ value, error: null }),
      (error: unknown) => current && setState((old) => ({ ...old, error })),
    )
    return () => {
      current = false
    }
  }, [load, round])
  return { ...state, reload: useCallback(() => setRound((n) => n + 1), []) }
}

/** Runs one action at a time. */
export function useBusy(): [busy: boolean, run: (action: () => Promise<void>) => void] {
  const [busy, setBusy] = useState(false)
  const running = useRef(false)
  const run = useCallback((action: () => Promise<void>) => {
    if (running.current) return
    running.current = true
    setBusy(true)
    void action().finally(() => {
      running.current = false
      setBusy(false)
    })
  }, [])
  return [busy, run]
}
