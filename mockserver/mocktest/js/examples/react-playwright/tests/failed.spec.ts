import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { start } from 'cariqa-mock'

const require = createRequire(import.meta.url)

/** Runs a command, whether it succeeds or not. */
async function run(file: string, ...args: string[]) {
  return promisify(execFile)(file, args).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  )
}

interface Attachment {
  name: string
  path?: string
}

// A run of Playwright inside a test: the test in failing/ expects what the API refuses.
test('a failed test leaves its world and its calls', async ({}, info) => {
  const playwright = require.resolve('@playwright/test/cli')
  const outcome = await run(process.execPath, playwright, 'test', '--config', 'tests/failing', '--reporter', 'json', '--output', info.outputPath('failing'))
  expect(outcome).toMatchObject({ code: 1, stderr: '' })
  const [result] = JSON.parse(outcome.stdout).suites[0].specs[0].tests[0].results
  const attachments = result.attachments as Attachment[]
  const file = (name: string) => attachments.find((a) => a.name === name)?.path ?? `no attachment ${name}`

  // The world is a scenario file, and the folder one that a server opens.
  const folder = /--scenarios "(.*)"/.exec(result.stdout.map((out: { text: string }) => out.text).join(''))?.[1] ?? 'no folder'
  expect(await run('node_modules/.bin/cariqa-mock', 'scenario', 'check', file('cariqa-world.yaml'))).toMatchObject({ code: 0, stderr: '' })
  const mock = await start({ scenarios: folder })
  try {
    const world = await mock.world('debt-export')
    expect((await world.fetch('DELETE', '/users/{user}/payment-methods/pm_abc123/')).rule).toBe('remove-payment-method/debt')
  } finally {
    await mock.stop()
  }

  // The calls are text: what was sent and answered, and which rule refused it.
  const calls = await readFile(file('cariqa-calls.txt'), 'utf8')
  expect(calls).toMatch(/^DELETE \S+\/payment-methods\/pm_abc123\/ .* 402$/m)
  expect(calls).toContain('refused by: remove-payment-method/debt')
})
