import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockError, type Mock, type StartOptions, type World } from './index.js';
import { checkOptions } from './errors.js';
import { callsText } from './report.js';
import { open } from './shared.js';

export interface UseWorldOptions {
  /** How the server is started. Files with the same options in one worker share it. */
  start?: StartOptions;
}

interface Shared {
  mock: Promise<Mock>;
  users: number;
}

const servers = new Map<string, Shared>();

/** hookTimeout is more than the server may take to start and to stop, so that an error says what went wrong. */
const hookTimeout = 60_000; // milliseconds

/**
 * useWorld opens a fresh world of a scenario before each test of the file or
 * describe block that calls it, and drops it afterwards. What it returns is the
 * world of the running test. When the test has failed, the world's last calls
 * are printed, and where its bug report is.
 */
export function useWorld(scenario?: string, options: UseWorldOptions = {}): World {
  checkOptions('useWorld', options, ['start']);
  const key = JSON.stringify(options.start ?? {});
  let mock: Mock | undefined;
  let world: World | undefined;

  beforeAll(async () => {
    mock = await acquire(key, options.start ?? {});
  }, hookTimeout);
  beforeEach(async ({ task }) => {
    if (task.concurrent) {
      throw new MockError('useWorld has one world at a time and cannot serve concurrent tests: let the tests of this block run one after the ' +
        "other, or open a world within each, with start() and mock.world() of 'cariqa-mock'.");
    }
    world = await mock?.world(scenario);
  }, hookTimeout);
  afterEach(async ({ task }) => {
    const own = world;
    world = undefined;
    if (task.result?.state === 'fail' && own !== undefined) {
      console.error(`cariqa-mock: ${await callsText(own, await own.last(20))}${await leaveReport(own)}`);
    }
    await own?.drop();
  }, hookTimeout);
  afterAll(() => release(key), hookTimeout);

  return current(() => world);
}

/** leaveReport writes a world's bug report into a new folder, and returns a line that says where. */
async function leaveReport(world: World): Promise<string> {
  try {
    const text = await world.report();
    const path = join(await mkdtemp(join(tmpdir(), 'cariqa-report-')), `${/^name: (\S+)$/m.exec(text)?.[1]}.yaml`);
    await writeFile(path, text);
    return `Its bug report, for the start page of another server's console: ${path}\n`;
  } catch (error) {
    return `Its bug report could not be written: ${(error as Error).message}\n`;
  }
}

/** acquire returns the server of some options, which release stops after its last user. */
function acquire(key: string, options: StartOptions): Promise<Mock> {
  const shared = servers.get(key) ?? { mock: open(options), users: 0 };
  shared.users += 1;
  servers.set(key, shared);
  return shared.mock;
}

async function release(key: string): Promise<void> {
  const shared = servers.get(key);
  if (shared === undefined || (shared.users -= 1) > 0) {
    return;
  }
  servers.delete(key);
  await shared.mock.then((mock) => mock.stop(), () => undefined); // a failed start has been reported
}

/** current returns a stand-in for the world that get returns at the time of use. */
function current(get: () => World | undefined): World {
  const own = (): World => {
    const world = get();
    if (world === undefined) {
      throw new MockError('The world of useWorld exists only while a test runs: use it in test, beforeEach or afterEach.');
    }
    return world;
  };
  return new Proxy({} as World, {
    get(_, key) {
      const world = own();
      const value: unknown = Reflect.get(world, key);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(world) : value;
    },
    set(_, key, value) {
      return Reflect.set(own(), key, value);
    },
  });
}
