// Executes the recipes in the npm package's documents as a reader would: in an
// empty folder with the tarballs, in order, without Go.
//
//     node readme.mjs README.md... TARBALL.tgz...
//
// Code blocks that begin with a file's name in a comment are written to that
// file, as they are. Blocks of commands are run if their info string says so:
//
//     ```sh skip: executed by readme.mjs
//
// "npx playwright install" is not run: CHROMIUM names a browser that is
// installed. Each section of the second level has an empty folder of its own.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

const documents = process.argv.slice(2).filter((file) => file.endsWith('.md'))
const tarballs = process.argv.slice(2).filter((file) => file.endsWith('.tgz'))
if (documents.length === 0 || tarballs.length === 0) {
  console.error('usage: node readme.mjs README.md... TARBALL.tgz...')
  process.exit(2)
}

/** Returns the blocks of each section, by its title. */
function sections(markdown) {
  const all = new Map()
  let title = ''
  let block = null
  for (const line of markdown.split('\n')) {
    const fence = /^```(\w*)(.*)/.exec(line)
    if (block && line === '```') block = null
    else if (block) block.text += `${line}\n`
    else if (fence) {
      block = { runs: fence[1] === 'sh' && fence[2].includes('readme.mjs'), text: '' }
      if (!all.has(title)) all.set(title, [])
      all.get(title).push(block)
    } else if (line.startsWith('## ')) title = line.slice(3)
  }
  return all
}

/** Returns a free port of loopback. */
async function freePort() {
  const server = createServer()
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address()
  await new Promise((closed) => server.close(closed))
  return port
}

/** Replaces the ports of the document with free ones. */
async function withFreePorts(blocks) {
  const ports = new Map()
  for (const { text } of blocks) {
    for (const [, port] of text.matchAll(/\b(?:localhost|127\.0\.0\.1):(\d+)/g)) {
      if (!ports.has(port)) ports.set(port, await freePort())
    }
  }
  return blocks.map(({ runs, text }) => ({
    runs,
    text: [...ports].reduce((t, [from, to]) => t.replaceAll(new RegExp(`\\b${from}\\b`, 'g'), String(to)), text),
  }))
}

const fileName = /^(?:\/\/|#|<!--) ([\w./-]+\.\w+)(?: -->)?\n/

// A reader has no Go.
const noGo = mkdtempSync(join(tmpdir(), 'no-go-'))
writeFileSync(join(noGo, 'go'), '#!/bin/sh\necho "go is not installed" >&2\nexit 127\n', { mode: 0o755 })
process.on('exit', () => rmSync(noGo, { recursive: true }))

function execute(title, blocks) {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'))
  try {
    for (const file of tarballs) copyFileSync(file, join(folder, basename(file)))
    for (const { runs, text } of blocks) {
      const name = fileName.exec(text)?.[1]
      if (name) {
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), text)
      } else if (runs) shell(title, text, folder)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The versions of the packages that the examples use, and of those of the documents alone. */
const versions = Object.assign(
  JSON.parse(readFileSync(new URL('versions.json', import.meta.url), 'utf8')),
  ...['react-playwright', 'vitest-backend'].map((example) => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL(`${example}/package.json`, import.meta.url), 'utf8'))
    return { ...dependencies, ...devDependencies }
  }),
)

/** Adds the examples' versions to the packages of a command: a new release must not break this test. */
function pinned(command) {
  return command.replace(/(?<= )[@\w/-]+(?= |$)/g, (name) => (versions[name] ? `${name}@${versions[name]}` : name))
}

function shell(title, text, folder) {
  const script = text.replace(/^npx playwright install.*$/gm, ':').replace(/^npm install .*$/gm, pinned)
  const env = { ...process.env, PATH: `${noGo}:${process.env.PATH}`, npm_config_audit: 'false', npm_config_fund: 'false', npm_config_prefer_offline: 'true' }
  const { status } = spawnSync('bash', ['-e', '-u', '-o', 'pipefail', '-c', script], { cwd: folder, env, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${title}: exit code ${status} of\n${text}`)
}

let run = 0
for (const document of documents) {
  for (const [title, blocks] of sections(readFileSync(document, 'utf8'))) {
    if (!blocks.some(({ runs }) => runs)) continue
    const start = Date.now()
    execute(`${document}, section ${title}`, await withFreePorts(blocks))
    console.log(`${title}: ${((Date.now() - start) / 1000).toFixed(0)} s`)
    run++
  }
}
if (run === 0) throw new Error(`nothing to execute in ${documents.join(', ')}`)
