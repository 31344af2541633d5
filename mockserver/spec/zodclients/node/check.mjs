// Reads answers with the schemas of both generated clients and prints what they
// reject. The argument is a JSON file; see answers.Answer in Go.
import fs from 'node:fs'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'

async function load(file) {
  // The generator applies min to an enum with a minLength, which zod does not have.
  const source = fs.readFileSync(file, 'utf8').replaceAll('zod.min(1).enum(', 'zod.enum(')
  const options = { compilerOptions: { module: 'ESNext', target: 'ES2022' } }
  fs.writeFileSync(file + '.mjs', ts.transpileModule(source, options).outputText)
  return import(pathToFileURL(file + '.mjs'))
}

const pascal = (operation) => operation.split('_').map((word) => word[0].toUpperCase() + word.slice(1)).join('')
const camel = (operation) => pascal(operation)[0].toLowerCase() + pascal(operation).slice(1)
const clients = {
  'hey-api': [await load('hey/zod.gen.ts'), (operation) => `z${pascal(operation)}Response`],
  orval: [await load('orval.ts'), (operation) => `${camel(operation)}Response`],
}
const result = { checked: {}, unknown: [], rejected: [] }
for (const { Operation, Status, Body } of JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))) {
  for (const [name, [client, schemaOf]] of Object.entries(clients)) {
    const schema = client[schemaOf(Operation)]
    if (!schema) {
      result.unknown.push(`${name} ${Operation} ${Status}`)
      continue
    }
    result.checked[name] = (result.checked[name] ?? 0) + 1
    for (const { path, message } of schema.safeParse(JSON.parse(Body)).error?.issues ?? []) {
      result.rejected.push(`${name} ${Operation} ${path.map((p) => (typeof p === 'number' ? '*' : p)).join('.')}: ${message}`)
    }
  }
}
console.log(JSON.stringify(result))
