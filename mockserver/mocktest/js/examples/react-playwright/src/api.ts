import { apiToken, apiUrl, userId } from './config'

export interface PaymentMethod {
  id: string
  default: boolean
  type: string
  card: { brand: string; last4: string; expiration_date: string }
}

export interface Session {
  id: string
  is_active: boolean
  session_cost: { kwh_cost: string | null }
}

export interface Debt {
  session_id: string
  payment_intent_client_secret: string
  amount: string
  currency: string
}

interface Page<T> {
  next: string | null
  results: T[]
}

/** An answer of the API that is not a success. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly details: string,
    readonly retryAfter: number | null,
  ) {
    super(`${status}: ${details}`)
  }
}

/** The API did not answer, or the answer was lost: nobody knows if the call took effect. */
export class NoAnswer extends Error {}

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const headers: Record<string, string> = { Authorization: `Bearer ${apiToken}` }
  if (body) headers['Content-Type'] = 'application/json'
  const response = await fetch(`${apiUrl}/users/${userId}${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new NoAnswer('no answer', { cause })
  })
  const text = await response.text().catch((cause: unknown) => {
    throw new NoAnswer('no complete answer', { cause })
  })
  if (!response.ok) throw apiError(response, text)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

// Errors that the API itself did not write, such as a gateway's, have no JSON.
function apiError(response: Response, text: string): ApiError {
  const seconds = Number(response.headers.get('Retry-After') ?? NaN)
  let details = response.statusText
  try {
    const body = JSON.parse(text) as { detail?: string; error?: { details?: string } }
    details = body.error?.details ?? body.detail ?? details
  } catch {
    // The status has to do.
  }
  return new ApiError(response.status, details, Number.isFinite(seconds) ? seconds : null)
}

async function all<T>(path: string): Promise<T[]> {
  const rows: T[] = []
  for (let page = 1; ; page++) {
    const answer = await call<Page<T>>('GET', `${path}?page=${page}&page_size=100`)
    rows.push(...answer.results)
    if (answer.next === null) return rows
  }
}

export const listMethods = () => all<PaymentMethod>('/payment-methods/')
export const listSessions = () => all<Session>('/charging-sessions/')
export const listDebts = () => all<Debt>('/charging/debts/')
export const setDefault = (id: string) => call<void>('POST', `/payment-methods/${id}/default/`)
export const removeMethod = (id: string) => call<void>('DELETE', `/payment-methods/${id}/`)
export const stopCharging = (session: string) => call<void>('POST', `/charging/stop/${session}/`)

export async function newSetupSecret(): Promise<string> {
  const intent = await call<{ setup_intent_client_secret: string }>('GET', '/setup-intents/?pm_type=card')
  return intent.setup_intent_client_secret
}

/** Starts a session and returns its id. */
export async function startCharging(evse: string, method: string): Promise<string> {
  const session = await call<{ id: string }>('POST', '/charging/start/', { evse_id: evse, payment_method_id: method })
  return session.id
}
