import { defineConfig } from '@playwright/test';

const chromium = process.env['CHROMIUM'];

export default defineConfig({
  testDir: '.',
  outputDir: './results',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: 'line',
  use: { launchOptions: { ...(chromium ? { executablePath: chromium } : {}), args: ['--no-sandbox'] } },
});
