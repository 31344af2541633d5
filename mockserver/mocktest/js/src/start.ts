import { find } from './binary';
import { checkOptions, MockError } from './errors';
import { Mock } from './mock';
import { readProxy } from './proxy';
import { Server } from './server';

export interface StartOptions {
  /** The scenario of worlds that name none, "default" by default. */
  scenario?: string;
  /** A folder of your own scenario files. */
  scenarios?: string;
  /** Refuse requests that do not conform to openapi.yaml. */
  strict?: boolean;
  /**
   * Start a proxy as well, through which apps reach the server as the vendor's
   * and Stripe's hosts. The variables for its clients are in env.
   */
  proxy?: boolean;
  /** More flags of "cariqa-mock serve", such as ['--seed', '7']. */
  args?: readonly string[];
}

export interface ConnectOptions {
  /** The token that the admin API requires; CARIQA_MOCK_ADMIN_TOKEN by default. */
  adminToken?: string;
  /** The origin of the admin API, if it is not that of the server. */
  adminUrl?: string;
}

/**
 * start starts a server on a free port of loopback. It ends with stop(), and in
 * any case with this process, however that ends. It does not keep this process
 * alive.
 */
export async function start(options: StartOptions = {}): Promise<Mock> {
  checkOptions('start', options, ['scenario', 'scenarios', 'strict', 'proxy', 'args']);
  const args = flags(options);
  const server = new Server(find('cariqa-mock'), args);
  try {
    const greeting = await server.listening();
    const scenario = flagValue('scenario', args) || 'default';
    const origin = { admin: greeting.admin, token: flagValue('admin-token', args), ended: () => server.ended() };
    const mock = new Mock(greeting.url, scenario, origin, server.pid, () => server.stop(), greeting.proxy && readProxy(greeting.proxy));
    await mock.checkVersion();
    server.release();
    return mock;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** connect uses a server that runs already, such as one in a container. stop() leaves it running. */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Mock> {
  checkOptions('connect', options, ['adminToken', 'adminUrl']);
  const origin = url.replace(/\/+$/, '');
  if (!/^https?:\/\/[^/?#]+$/.test(origin)) {
    throw new MockError(`connect: want the origin of a server, such as http://127.0.0.1:4343, not ${JSON.stringify(url)}`);
  }
  const token = options.adminToken ?? process.env['CARIQA_MOCK_ADMIN_TOKEN'] ?? '';
  const admin = (options.adminUrl ?? origin).replace(/\/+$/, '');
  const mock = new Mock(origin, 'default', { admin, token, ended: () => '' }, undefined, () => Promise.resolve());
  await mock.checkVersion();
  return mock;
}

function flags(options: StartOptions): string[] {
  const all = ['serve', '--addr', '127.0.0.1:0', '--exit-with-stdin'];
  if (options.scenario !== undefined) {
    all.push('--scenario', options.scenario);
  }
  if (options.scenarios !== undefined) {
    all.push('--scenarios', options.scenarios);
  }
  if (options.strict) {
    all.push('--strict');
  }
  if (options.proxy) {
    all.push('--proxy', '127.0.0.1:0');
  }
  return all.concat(options.args ?? []);
}

/** flagValue returns the value of a flag among arguments, or else of its variable. */
function flagValue(name: string, args: readonly string[]): string {
  let value = process.env[`CARIQA_MOCK_${name.toUpperCase().replace(/-/g, '_')}`] ?? '';
  args.forEach((arg, i) => {
    if (arg === `--${name}`) {
      value = args[i + 1] ?? '';
    } else if (arg.startsWith(`--${name}=`)) {
      value = arg.slice(name.length + 3);
    }
  });
  return value;
}
