import { createHash, randomBytes } from 'node:crypto';
import { version } from './binary';
import { Control, quoted, type Origin } from './control';
import { checkOptions, MockError } from './errors';
import type { Proxy } from './proxy';
import { World, type Environment, type Schemas } from './world';

export interface WorldOptions {
  /**
   * The last part of the world's token: the same scenario and name are the same
   * world. By default each call opens a fresh world.
   */
  name?: string;
}

/** A Mock is a running server. */
export class Mock {
  /** The origin of the server, without a slash at the end. The vendor's API is below it at /api/v1. */
  readonly url: string;
  /** The origin of the fake Stripe API, without a slash at the end. */
  readonly stripeUrl: string;
  /** The origin of the console and the admin API. */
  readonly consoleUrl: string;
  /** The server's proxy; undefined unless it was started with one. */
  readonly proxy: Proxy | undefined;
  /** Variables for an app or a backend that uses this server, and its proxy if it has one. */
  readonly env: Environment;
  /** The id of the server's process; undefined if it was not started here. */
  readonly pid: number | undefined;

  private readonly scenario: string;
  private readonly control: Control;
  private readonly end: () => Promise<void>;

  /** @internal */
  constructor(url: string, scenario: string, origin: Origin, pid: number | undefined, end: () => Promise<void>, proxy?: Proxy) {
    this.url = url;
    this.stripeUrl = url;
    this.consoleUrl = origin.admin;
    this.proxy = proxy;
    this.env = environment(url, `mock.${scenario}.me`, proxy);
    this.pid = pid;
    this.scenario = scenario;
    this.control = new Control(origin, '/__admin');
    this.end = end;
  }

  /**
   * world opens a world of a scenario, by default of the server's: users,
   * payment methods, sessions, a clock and a journal that no other world sees.
   */
  async world(scenario?: string, options: WorldOptions = {}): Promise<World> {
    checkOptions('world', options, ['name']);
    const name = options.name === undefined ? randomBytes(6).toString('hex') : worldName(options.name);
    const token = `mock.${scenario ?? this.scenario}.${name}`;
    const control = this.control.below(`/worlds/${encodeURIComponent(token)}`);
    const world = new World(token, this.url, control, environment(this.url, token, this.proxy), this.consoleUrl);
    await world.readUser(quoted('world', scenario));
    return world;
  }

  /** scenarios returns the names and titles of all scenarios. */
  async scenarios(): Promise<Pick<Schemas['Scenario'], 'name' | 'title'>[]> {
    const answer = await this.control.call<Schemas['ScenarioList']>('scenarios()', 'GET', '/scenarios');
    return answer.scenarios.map(({ name, title }) => ({ name, title }));
  }

  /** admin calls the admin API, such as admin('GET', '/rules'). */
  async admin<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    return this.control.call<T>(quoted('admin', method, path), method, path, body);
  }

  /** @internal checkVersion refuses a server of another version. */
  async checkVersion(): Promise<void> {
    const answer = await this.control.call<Schemas['Version']>('start', 'GET', '/version');
    if (answer.version !== version) {
      throw new MockError(`The kit is of cariqa-mock ${version}, and the server at ${this.url} is cariqa-mock ${answer.version}: ` +
        `they must be of the same version. Run the server of the same build, or install the package cariqa-mock ${answer.version}.`);
    }
  }

  /**
   * stop stops the server and waits until its process has ended. It does nothing
   * if the server has ended already or was not started here.
   */
  stop(): Promise<void> {
    return this.end();
  }
}

/** environment returns the variables of a world. Any publishable test key is accepted. */
function environment(url: string, token: string, proxy?: Proxy): Environment {
  return {
    ...proxy?.env,
    CARIQA_MOCK_URL: url,
    CONNECT_API_DOMAIN: `${url}/api/v1`,
    CONNECT_API_KEY: token,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_mock',
    STRIPE_API_BASE: url,
  };
}

const longestName = 60; // of the 80 characters that a token allows

/** worldName returns a name that a token may have; different names stay different. */
export function worldName(name: string): string {
  const clean = name.replace(/[^A-Za-z0-9._-]/g, '_').slice(-longestName);
  if (clean === name && clean !== '') {
    return clean;
  }
  return `${clean}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}
