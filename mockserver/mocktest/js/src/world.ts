import type { components } from './admin';
import { Clock } from './clock';
import { quoted, type Control } from './control';
import { checkOptions, MockError } from './errors';
import { Fault } from './fault';
import { request, type Body } from './request';
import { Session } from './session';

/** The schemas of the admin API. */
export type Schemas = components['schemas'];

/** Variables for an app or a backend. */
export interface Environment {
  [name: string]: string;
  CARIQA_MOCK_URL: string;
  /** The base URL of the vendor's API. */
  CONNECT_API_DOMAIN: string;
  /** The token of the vendor's API. */
  CONNECT_API_KEY: string;
  STRIPE_PUBLISHABLE_KEY: string;
  /** The origin of the fake Stripe API. */
  STRIPE_API_BASE: string;
}

/** One call of the vendor's API or Stripe's with its answer, as the journal keeps it. */
export type Call = Schemas['Entry'];
/** What calls must have; every field is optional. */
export type Filter = Schemas['Filter'];
export type Explanation = Schemas['Explanation'];
export type Removal = Schemas['Removal'];
export type FaultSpec = Schemas['FaultSpec'];
export type User = Schemas['User'];
export type SessionDetail = Schemas['SessionDetail'];
export type DebtSpec = Schemas['DebtSpec'];
export type Intent = Schemas['Intent'];
/** A station that only a world has, as in a scenario file; null is what the vendor's data lacks. */
export type Station = Schemas['OwnStation'];

/** The answer to a call: that of fetch, and the rule that refused the call. */
export type Answer = Response & {
  /** The id of the rule that refused the call; empty if none did. */
  readonly rule: string;
};

/** A World is one isolated state of the server, chosen by its token. */
export class World {
  /** What an app sends as "Authorization: Bearer". */
  readonly token: string;
  /** The world's id in the admin API. */
  readonly id: string;
  /**
   * The id of the user whom {user} stands for: the first of the scenario, and
   * empty if it has none. A test that creates a user may set it.
   */
  user = '';
  /** Variables for an app or a backend that uses this world. */
  readonly env: Environment;
  /** The world's page in the console. */
  readonly consoleUrl: string;
  readonly clock: Clock;

  private readonly url: string;
  private readonly control: Control;

  /** @internal */
  constructor(token: string, url: string, control: Control, env: Environment, console: string) {
    this.token = token;
    this.id = token;
    this.env = env;
    this.consoleUrl = `${console}/worlds/${encodeURIComponent(token)}`;
    this.clock = new Clock(control);
    this.url = url;
    this.control = control;
  }

  /** @internal readUser sets user to the first user. */
  async readUser(verb: string): Promise<void> {
    const answer = await this.control.call<Schemas['UserList']>(verb, 'GET', '/users?limit=1');
    this.user = answer.users[0]?.id ?? '';
  }

  /**
   * fetch makes a call as an app would, with the world's token. The path is one
   * of the vendor's API, such as /users/{user}/payment-methods/, or one of
   * Stripe's, which begins with /v1/. A URLSearchParams is sent as a form, text
   * and bytes as they are, any other body as JSON. A redirect is returned, not
   * followed.
   */
  async fetch(method: string, path: string, body?: Body, headers: Record<string, string> = {}): Promise<Answer> {
    const { target, init } = request(this, this.url, method, path, body, headers);
    const response = await fetch(target, init);
    return Object.defineProperty(response, 'rule', { value: response.headers.get('X-Cariqa-Mock-Rule') ?? '' }) as Answer;
  }

  /** fault makes calls of an operation fail, by default the next one. */
  async fault(spec: FaultSpec): Promise<Fault> {
    const fault = await this.control.call<Schemas['Fault']>(quoted('fault', spec), 'POST', '/faults', spec);
    return new Fault(fault.id, this.control);
  }

  /** clearFaults removes all faults. */
  async clearFaults(): Promise<void> {
    await this.control.call('clearFaults()', 'DELETE', '/faults');
  }

  /** requests returns the calls that a filter matches, or those of an operation, oldest first. */
  async requests(filter: Filter | string = {}): Promise<Call[]> {
    const all: Call[] = [];
    for (let page = ''; ;) {
      const answer = await this.control.call<Schemas['EntryList'] & Page>(quoted('requests', filter), 'POST', `/requests/find${page}`, filterOf(filter));
      all.push(...answer.requests);
      if (!answer.next) {
        return all.reverse(); // the server lists the newest first
      }
      page = `?after=${encodeURIComponent(answer.next)}`;
    }
  }

  /** count returns how many calls a filter matches, or how many an operation had. */
  async count(filter: Filter | string = {}): Promise<number> {
    const answer = await this.control.call<Schemas['Count']>(quoted('count', filter), 'POST', '/requests/count', filterOf(filter));
    return answer.count;
  }

  /** last returns the last calls, oldest first. */
  async last(limit = 10): Promise<Call[]> {
    const answer = await this.control.call<Schemas['EntryList']>(quoted('last', limit), 'GET', `/requests?limit=${limit}`);
    return answer.requests.reverse();
  }

  /** explain returns why a call got its answer: by its id, by the answer itself, or by default of the last call. */
  async explain(call: string | Response | Call = 'last'): Promise<Explanation> {
    let id = typeof call === 'string' ? call : 'id' in call ? call.id : call.headers.get('X-Request-Id') ?? '';
    const verb = quoted('explain', id);
    if (id === '') {
      throw new MockError('explain: the answer has no X-Request-Id: it is not an answer of the fake');
    }
    if (id === 'last') {
      const [last] = await this.last(1);
      if (last === undefined) {
        throw new MockError(`${verb}: no calls were made in world ${this.id}`);
      }
      id = last.id;
    }
    return this.control.call<Explanation>(verb, 'GET', `/requests/${encodeURIComponent(id)}/explain`);
  }

  /** removal returns whether a payment method of the user can be removed, and every rule that prevents it. */
  async removal(paymentMethod: string): Promise<Removal> {
    const path = `${this.userPath('removal')}/payment-methods/${encodeURIComponent(paymentMethod)}/removal`;
    return this.control.call<Removal>(quoted('removal', paymentMethod), 'GET', path);
  }

  /** users returns the users whose id or external id contains a text, by default all, newest first. */
  async users(search = ''): Promise<User[]> {
    const all: User[] = [];
    for (let page = ''; ;) {
      const path = `/users?limit=100&search=${encodeURIComponent(search)}${page}`;
      const answer = await this.control.call<Schemas['UserList'] & Page>('users()', 'GET', path);
      all.push(...answer.users);
      if (!answer.next) {
        return all;
      }
      page = `&after=${encodeURIComponent(answer.next)}`;
    }
  }

  /** userDetail returns the user with payment methods, sessions, debts, and intents that wait for the card holder. */
  async userDetail(): Promise<Schemas['UserDetail']> {
    return this.control.call('userDetail()', 'GET', this.userPath('userDetail'));
  }

  /** session returns a session by its id, without looking it up. */
  session(id: string): Session {
    return new Session(id, this.control);
  }

  /** debt makes a debt of the user: a past session whose final charge has just failed. */
  async debt(spec: DebtSpec = {}): Promise<SessionDetail> {
    return this.control.call<SessionDetail>(quoted('debt', spec), 'POST', `${this.userPath('debt')}/debts`, spec);
  }

  /** addStation adds a station, which can be charged at at once, and returns it with what was left out. */
  async addStation(station: Station): Promise<Station> {
    return this.control.call<Station>('addStation(…)', 'POST', '/stations', station);
  }

  /** stations returns the stations that only this world has: those of its scenario, then those that were added. */
  async stations(): Promise<Station[]> {
    const all: Station[] = [];
    for (let page = ''; ;) {
      const answer = await this.control.call<Schemas['OwnStationList'] & Page>('stations()', 'GET', `/stations${page}`);
      all.push(...answer.stations);
      if (!answer.next) {
        return all;
      }
      page = `?after=${encodeURIComponent(answer.next)}`;
    }
  }

  /** removeStation removes such a station, given by its id or one of its EVSE ids; not while a session refers to it. */
  async removeStation(id: string): Promise<void> {
    await this.control.call(quoted('removeStation', id), 'DELETE', `/stations/${encodeURIComponent(id)}`);
  }

  /** authenticate completes or fails the 3-D Secure step of an intent, given by its id or its client secret. */
  async authenticate(intent: string, outcome: 'succeed' | 'fail' = 'succeed'): Promise<Intent> {
    const id = intent.replace(/_secret_.*/, '');
    return this.control.call<Intent>(quoted('authenticate', id, outcome), 'POST', `/intents/${encodeURIComponent(id)}/authenticate`, { outcome });
  }

  /** reset starts the world over, by default in the scenario that it began with. */
  async reset(scenario?: string): Promise<void> {
    const verb = quoted('reset', scenario);
    await this.control.call(verb, 'POST', '/reset', scenario === undefined ? {} : { scenario });
    await this.readUser(verb);
  }

  /** history returns the last changes of the world, newest first. */
  async history(): Promise<Schemas['History']['changes']> {
    return (await this.control.call<Schemas['History']>('history()', 'GET', '/history?limit=1000')).changes;
  }

  /**
   * rewind takes the world back to what it was after a change, by its seq, or
   * before a call, by its id. That is a change itself, so it can be undone.
   */
  async rewind(to: number | string): Promise<void> {
    const verb = quoted('rewind', to);
    await this.control.call(verb, 'POST', '/rewind', typeof to === 'number' ? { to } : { before: to });
    await this.readUser(verb);
  }

  /** fork copies the world, by default as it is, to a token such as mock.debt.copy. */
  async fork(token: string, at?: number): Promise<void> {
    await this.control.call(quoted('fork', token), 'POST', '/fork', at === undefined ? { as: token } : { as: token, at });
  }

  /** apply adds users, stations and charge points, in the form that they have in a scenario file. */
  async apply(fragment: Record<string, unknown>): Promise<void> {
    await this.control.call('apply(…)', 'POST', '/apply', fragment);
  }

  /** report returns a bug report: a scenario file with an earlier state of the world and the calls since. */
  async report(): Promise<string> {
    return this.control.call<string>('report()', 'POST', '/report');
  }

  /** export returns the world's state as a scenario file. */
  async export(): Promise<string> {
    return this.control.call<string>('export()', 'GET', '/export');
  }

  /** drop drops the world. Its token opens a new one. */
  async drop(): Promise<void> {
    await this.control.call('drop()', 'DELETE', '');
  }

  /** admin calls the admin API about this world, such as admin('PUT', '/charge-points/DE*MCK*E500', { busy: true }). */
  async admin<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    return this.control.call<T>(quoted('admin', method, path), method, path, body);
  }

  private userPath(verb: string): string {
    if (this.user === '') {
      throw new MockError(`${verb}: world ${this.id} has no user yet: create one, and set the world's user to its id`);
    }
    return `/users/${encodeURIComponent(this.user)}`;
  }
}

/** What a list has if it does not end there. */
interface Page {
  next?: string | null;
}

const filterFields = ['operation', 'method', 'path', 'status', 'rule', 'user', 'body'];

function filterOf(filter: Filter | string): Filter {
  if (typeof filter === 'string') {
    return filter === '*' ? {} : { operation: filter };
  }
  checkOptions('filter', filter, filterFields);
  return filter;
}
