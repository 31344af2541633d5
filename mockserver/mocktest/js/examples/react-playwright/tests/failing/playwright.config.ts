import { defineConfig } from '@playwright/test'
import parent from '../../playwright.config'

// For failed.spec.ts, which runs it: the app is being served already.
const { webServer: _, ...config } = parent

export default defineConfig({ ...config, testDir: '.', testMatch: '*.failing.ts' })
