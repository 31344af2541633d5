import { type Connect, type Debt, NoAnswer, Refused, type Session } from './connect.ts'

export interface Card {
  id: string
  label: string
  isDefault: boolean
}

/** Lists the cards of a user. */
export async function listCards(connect: Connect): Promise<Card[]> {
  const methods = await connect.methods()
  return methods.map((m) => ({ id: m.id, label: `${m.card.brand} •••• ${m.card.last4}`, isDefault: m.default }))
}

export type Removal =
  | { outcome: 'removed' }
  | { outcome: 'unknown-card' }
  | { outcome: 'debt'; debts: Debt[] }
  | { outcome: 'charging'; session: string }
  | { outcome: 'costs-pending'; sessions: string[] }
  | { outcome: 'default' }
  | { outcome: 'later'; seconds: number | null }

/**
 * Removes a card. The API has one type of error for most restrictions, and its
 * texts may change: which one it is follows from the status and from what can be
 * read. Other errors are thrown.
 */
export async function removeCard(connect: Connect, card: string): Promise<Removal> {
  try {
    await connect.remove(card)
    return { outcome: 'removed' }
  } catch (error) {
    if (error instanceof NoAnswer) return afterNoAnswer(connect, card, error)
    if (!(error instanceof Refused)) throw error
    return whyRefused(connect, card, error)
  }
}

async function whyRefused(connect: Connect, card: string, refused: Refused): Promise<Removal> {
  switch (refused.status) {
    case 402:
      return { outcome: 'debt', debts: await connect.debts() }
    case 404:
      return { outcome: 'unknown-card' }
    case 429:
      return { outcome: 'later', seconds: refused.retryAfter }
    case 400:
      break
    default:
      throw refused
  }
  const sessions = await connect.sessions()
  const active = sessions.find((s) => s.is_active)
  if (active) return { outcome: 'charging', session: active.id }
  const pending = sessions.filter((s) => s.session_cost.kwh_cost === null)
  if (pending.length > 0) return { outcome: 'costs-pending', sessions: pending.map((s) => s.id) }
  const methods = await connect.methods()
  if (methods.some((m) => m.id === card && m.default)) return { outcome: 'default' }
  return { outcome: 'later', seconds: null } // another device is starting a session
}

// The call is not repeated: it may have taken effect, and the list shows if so.
async function afterNoAnswer(connect: Connect, card: string, error: NoAnswer): Promise<Removal> {
  const methods = await connect.methods()
  if (methods.some((m) => m.id === card)) throw error
  return { outcome: 'removed' }
}

export type Start =
  | { outcome: 'started'; session: Session }
  | { outcome: 'debt'; debts: Debt[] }
  | { outcome: 'authenticate'; clientSecret: string }
  | { outcome: 'declined' }
  | { outcome: 'charging' }
  | { outcome: 'billing-details' }
  | { outcome: 'charge-point' }

/** Starts a session. After a lost answer it looks for the session instead of starting another one. */
export async function startCharging(connect: Connect, evse: string, card: string): Promise<Start> {
  try {
    return { outcome: 'started', session: await connect.start(evse, card) }
  } catch (error) {
    if (error instanceof NoAnswer) {
      const session = (await connect.sessions()).find((s) => s.is_active && s.evse_id === evse)
      if (session) return { outcome: 'started', session }
    }
    if (!(error instanceof Refused)) throw error
    return whyNotStarted(connect, error)
  }
}

async function whyNotStarted(connect: Connect, refused: Refused): Promise<Start> {
  const secret = refused.body.error?.payment_intent_client_secret
  switch (refused.body.error?.type) {
    case 'payment_error':
      return { outcome: 'debt', debts: await connect.debts() }
    case 'pre_authorization_failed':
      return secret ? { outcome: 'authenticate', clientSecret: secret } : { outcome: 'declined' }
    case 'already_charging':
      return { outcome: 'charging' }
    case 'billing_data_required':
      return { outcome: 'billing-details' }
    case 'station_availability_issue':
    case 'charging_provider_error':
      return { outcome: 'charge-point' }
    default:
      throw refused
  }
}

