import { defineConfig } from '@playwright/test'
import type { MockOptions, MockWorkerOptions } from 'cariqa-mock/playwright'

// CHROMIUM is a browser of this machine, such as Debian's /usr/bin/chromium.
// Without it, Playwright uses its own, from "npx playwright install chromium".
const { APP_PORT, CHROMIUM } = process.env

export default defineConfig<MockOptions, MockWorkerOptions>({
  testDir: 'tests',
  fullyParallel: true,
  workers: '100%',
  forbidOnly: true,
  // A slow machine is not a failure.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  use: {
    baseURL: `http://127.0.0.1:${APP_PORT}`,
    launchOptions: CHROMIUM ? { executablePath: CHROMIUM } : {},
  },
  // The same build twice: its calls routed by Playwright, or through the proxy of
  // cariqa-mock, where nothing in the browser is intercepted but the token.
  projects: [
    { name: 'routed' },
    { name: 'proxied', testMatch: ['cards.spec.ts', 'removal.spec.ts'], use: { mockOptions: { proxy: true } } },
  ],
  webServer: {
    command: 'npm run build && npm run preview -- --host 127.0.0.1 --port 0',
    env: { FORCE_COLOR: '0' },
    timeout: 120_000,
    wait: { stdout: /http:\/\/127\.0\.0\.1:(?<app_port>\d+)/ },
  },
})
