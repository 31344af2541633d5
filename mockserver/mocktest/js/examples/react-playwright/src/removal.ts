import { type ApiError, type PaymentMethod, listMethods, listSessions } from './api'
import { methodOf } from './charging'

/** Why a payment method cannot be removed at present. */
export type Reason = 'debt' | 'default' | 'paying' | 'charging' | 'starting' | 'costs' | 'unknown'

/**
 * Returns all reasons that the app can see for a refused removal. The API has one
 * type of error for most of them, and its texts may change, so the app looks at
 * the status and at what it can read: the default flag, active sessions, and
 * sessions whose costs are still null.
 */
export async function whyRefused(error: ApiError, method: PaymentMethod, starting: boolean): Promise<Reason[]> {
  if (error.status === 402) return ['debt']
  const [methods, sessions] = await Promise.all([listMethods(), listSessions()])
  const active = sessions.filter((s) => s.is_active)
  const reasons: Reason[] = []
  if (starting) reasons.push('starting')
  if (active.some((s) => methodOf(s.id) === method.id)) reasons.push('paying')
  else if (active.length > 0) reasons.push('charging')
  if (sessions.some((s) => !s.is_active && s.session_cost.kwh_cost === null)) reasons.push('costs')
  if (methods.some((m) => m.id === method.id && m.default)) reasons.push('default')
  return reasons.length > 0 ? reasons : ['unknown']
}

export const texts: Record<Reason, string> = {
  debt: 'There is an open payment. Pay it, then you can remove this card.',
  default: 'This is your default card. Make another card the default, then you can remove this one.',
  paying: 'This card pays for the session that is running. You can remove it after the session.',
  charging: 'You are charging. You can remove cards after the session.',
  starting: 'A charging session is starting. Try again in a moment.',
  costs: 'The costs of your last session are not final yet. Try again in a few minutes.',
  unknown: 'This card cannot be removed at the moment. Try again later.',
}
