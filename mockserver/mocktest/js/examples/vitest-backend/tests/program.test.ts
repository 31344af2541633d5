import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { useWorld } from 'cariqa-mock/vitest'

const world = useWorld('debt')

// The built program, as in production: it knows the API from its environment alone.
test('the program serves the user of the world', { timeout: 60_000 }, async () => {
  await promisify(execFile)('npm', ['run', 'build'])
  const program = spawn(process.execPath, ['build/main.js'], { env: { ...process.env, ...world.env, PORT: '0' } })
  onTestFinished(async () => {
    program.kill()
    await once(program, 'close')
  })
  const [line] = await once(program.stdout.setEncoding('utf8'), 'data')
  const address = /http:\S+/.exec(line)?.[0]
  const answer = await fetch(`${address}/users/${world.user}/cards/pm_abc123`, { method: 'DELETE' })
  expect(await answer.json()).toMatchObject({ outcome: 'debt', debts: [{ amount: '5.39' }] })
})
