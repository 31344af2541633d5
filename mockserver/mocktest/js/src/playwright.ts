import { test as base } from '@playwright/test';
import { attachWorld } from './attach';
import type { Mock } from './mock';
import { routeProxied, routeWorld } from './route';
import { open } from './shared';
import type { StartOptions } from './start';
import type { World } from './world';

export { expect } from '@playwright/test';
export { completeAuthentication, failAuthentication, fillCard, type CardOptions } from './elements';
export { routeWorld } from './route';

export interface MockOptions {
  /** The scenario of the test's world; the server's by default. */
  scenario: string | undefined;
  /** More origins whose calls are the vendor's API, such as a proxy of the app. */
  apiOrigins: string[];
}

export interface MockFixtures {
  /** The test's own world. Pages of the test use it. */
  world: World;
}

export interface MockWorkerOptions {
  /** How the worker's server is started. */
  mockOptions: StartOptions;
}

export interface MockWorkerFixtures {
  /** The worker's server. */
  mock: Mock;
}

/**
 * test is Playwright's, with a server for each worker and a world for each test.
 * The app's calls of the vendor's API and of Stripe reach that world, whatever
 * address and token the app is built with. When a test fails, its world and its
 * calls are attached.
 */
export const test = base.extend<MockOptions & MockFixtures, MockWorkerOptions & MockWorkerFixtures>({
  scenario: [undefined, { option: true }],
  apiOrigins: [[], { option: true }],
  mockOptions: [{}, { option: true, scope: 'worker' }],

  mock: [async ({ mockOptions }, use) => {
    const mock = await open(mockOptions);
    await use(mock);
    await mock.stop();
  }, { scope: 'worker' }],

  world: async ({ mock, scenario }, use, testInfo) => {
    const { project, workerIndex, testId, retry, title } = testInfo;
    const world = await mock.world(scenario, { name: `${title.slice(0, 30)}-${project.name}-${workerIndex}-${testId}-${retry}` });
    await use(world);
    if (testInfo.status !== testInfo.expectedStatus) {
      await attachWorld(world, mock, testInfo);
    } else {
      await world.drop();
    }
  },

  // Through the proxy of a server that has one. What it answers for has its
  // certificates, which Playwright cannot be told to trust; it passes nothing else on.
  proxy: async ({ mock, proxy }, use) => {
    await use(mock.proxy ? { server: mock.proxy.url, bypass: 'localhost,127.0.0.1,[::1]' } : proxy);
  },
  ignoreHTTPSErrors: async ({ mock, ignoreHTTPSErrors }, use) => {
    await use(mock.proxy !== undefined || ignoreHTTPSErrors);
  },

  context: async ({ context, mock, world, apiOrigins }, use) => {
    await (mock.proxy ? routeProxied(context, world, apiOrigins) : routeWorld(context, world, apiOrigins));
    await use(context);
  },
});
