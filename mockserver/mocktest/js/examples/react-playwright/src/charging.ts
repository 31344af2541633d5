import { startCharging } from './api'

const key = 'method-of-session'

/** Starts a session, and remembers its payment method: the API does not show it. */
export async function startWith(evse: string, method: string): Promise<void> {
  const session = await startCharging(evse, method)
  localStorage.setItem(key, JSON.stringify({ session, method }))
}

/** Returns the method with which this device started the session, or null if another one did. */
export function methodOf(session: string): string | null {
  const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as { session: string; method: string } | null
  return kept?.session === session ? kept.method : null
}
