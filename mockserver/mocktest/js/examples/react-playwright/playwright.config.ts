import { defineConfig } from '@playwright/test'

// CHROMIUM is a browser of this machine, such as Debian's /usr/bin/chromium.
// Without it, Playwright uses its own, from "npx playwright install chromium".
const { APP_PORT, CHROMIUM } = process.env

export default defineConfig({
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
  webServer: {
    command: 'npm run build && npm run preview -- --host 127.0.0.1 --port 0',
    env: { FORCE_COLOR: '0' },
    timeout: 120_000,
    wait: { stdout: /http:\/\/127\.0\.0\.1:(?<app_port>\d+)/ },
  },
})
