import type { components } from 'cariqa-mock/api'

type Schemas = components['schemas']
export type PaymentMethod = Schemas['ConnectAPIPM']
export type Session = Schemas['ConnectAPIChargingSession']
export type Debt = Schemas['ConnectAPIDebt']

export interface Config {
  /** Base URL of the API, without a slash at its end. */
  domain: string
  key: string
}

/** Reads the configuration from CONNECT_API_DOMAIN and CONNECT_API_KEY. */
export function configFrom(env: Record<string, string | undefined>): Config {
  const { CONNECT_API_DOMAIN: domain, CONNECT_API_KEY: key } = env
  if (!domain || !key) throw new Error('CONNECT_API_DOMAIN and CONNECT_API_KEY must be set.')
  return { domain, key }
}

/** An answer that is not a success. What a gateway answers has no error and no detail. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly body: { detail?: string; error?: Schemas['Error'] },
    readonly retryAfter: number | null,
  ) {
    super(body.error?.details ?? body.detail ?? `status ${status}`)
  }
}

/** There was no answer: the call may have taken effect. */
export class NoAnswer extends Error {}

/** The vendor's API, for one user. */
export class Connect {
  constructor(
    private readonly config: Config,
    private readonly user: string,
  ) {}

  methods = () => this.all<PaymentMethod>('/payment-methods/')
  sessions = () => this.all<Session>('/charging-sessions/')
  debts = () => this.all<Debt>('/charging/debts/')
  remove = (method: string) => this.call<void>('DELETE', `/payment-methods/${encodeURIComponent(method)}/`)
  start = (evse: string, method: string) =>
    this.call<Session>('POST', '/charging/start/', { evse_id: evse, payment_method_id: method })

  private async all<T>(path: string): Promise<T[]> {
    const rows: T[] = []
    for (let page = 1; ; page++) {
      const answer = await this.call<{ next?: string | null; results: T[] }>('GET', `${path}?page=${page}&page_size=100`)
      rows.push(...answer.results)
      if (!answer.next) return rows
    }
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.send(method, path, body)
    if (response.status === 204) return undefined as T
    if (response.ok) return (await response.json()) as T
    const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10)
    const answer = (await response.json().catch(() => ({}))) as Refused['body']
    throw new Refused(response.status, answer, Number.isNaN(seconds) ? null : seconds)
  }

  private async send(method: string, path: string, body?: object): Promise<Response> {
    try {
      return await fetch(`${this.config.domain}/users/${this.user}${path}`, {
        method,
        headers: { Authorization: `Bearer ${this.config.key}`, 'Content-Type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
    } catch (cause) {
      throw new NoAnswer(`${method} ${path}: no answer`, { cause })
    }
  }
}
