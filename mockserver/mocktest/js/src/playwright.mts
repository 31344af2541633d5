export { completeAuthentication, expect, failAuthentication, fillCard, routeWorld, test } from './playwright.js';
export type { CardOptions, MockFixtures, MockOptions, MockWorkerFixtures, MockWorkerOptions } from './playwright.js';
