import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { useWorld } from 'cariqa-mock/vitest'
import { callsOf } from './backend.ts'

const world = useWorld('debt')

// The built program, as in production: it knows the API from its environment alone.
test('the program serves the user of the world', async () => {
  await promisify(execFile)('npm', ['run', 'build'])
  const program = spawn(process.execPath, ['build/main.js'], { env: { ...process.env, ...world.env, PORT: '0' } })
  onTestFinished(async () => {
    program.kill()
    await once(program, 'close')
  })
  const [line] = await once(program.stdout.setEncoding('utf8'), 'data')
  const backend = callsOf(`${/http:\S+/.exec(line)?.[0]}/users/${world.user}`)
  expect(await backend.remove('pm_abc123')).toMatchObject({ body: { outcome: 'debt', debts: [{ amount: '5.39' }] } })
})
