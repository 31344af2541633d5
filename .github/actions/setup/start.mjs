// Starts the server of action.yml and exports the variables of its clients.
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim()
const words = (text) => text.split(/\s+/).filter(Boolean)
const [program, ...before] = words(input('command'))

const dir = mkdtempSync(join(process.env.RUNNER_TEMP ?? tmpdir(), 'cariqa-mock-'))
const portFile = join(dir, 'address')
const logFile = join(dir, 'log')
const log = openSync(logFile, 'a')
const server = spawn(program, [...before, ...words(input('args')), '--addr', '127.0.0.1:0', '--port-file', portFile], {
  detached: true, // it outlives this step
  stdio: ['ignore', log, log],
})
const write = (file, text) => appendFileSync(process.env[file], text)
write('GITHUB_STATE', `pid=${server.pid ?? 0}\n`)
const fail = (text) => {
  console.error(`${text}\n${readFileSync(logFile, 'utf8')}`)
  process.exit(1)
}
server.on('error', (error) => fail(`${program} cannot be started: ${error.message}`))
server.on('exit', (code, signal) => fail(`${program} ended at once (${signal ?? `exit code ${code}`})`))

const limit = Date.now() + 30_000
while (!existsSync(portFile)) {
  if (Date.now() > limit) fail(`${program} is not up after 30s`)
  await new Promise((done) => setTimeout(done, 50))
}
const url = `http://${readFileSync(portFile, 'utf8').trim()}`
execFileSync(program, [...before, 'health', '--wait', '30s', url], { stdio: ['ignore', 'ignore', 'inherit'] })
const variables = execFileSync(program, [...before, 'env', '--shell', 'dotenv', '--url', url, '--world', input('world')], { encoding: 'utf8' })

write('GITHUB_ENV', variables)
write('GITHUB_OUTPUT', `url=${url}\n`)
console.log(`cariqa-mock listens on ${url}; its log is ${logFile}`)
process.exit(0)
