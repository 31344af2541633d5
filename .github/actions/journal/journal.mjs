// Writes the calls of each world (WORLD.json) and its state as a scenario file
// (WORLD.yaml) to a folder.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const { URL: url, TOKEN: token, FOLDER: folder } = process.env
const get = async (path) => {
  const answer = await fetch(`${url}/__admin/${path}`, { headers: token ? { Authorization: `Bearer ${token}` } : {} })
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`)
  return answer.text()
}

mkdirSync(folder, { recursive: true })
const worlds = JSON.parse(await get('worlds')).worlds
for (const { id } of worlds) {
  const name = id.replace(/[^\w.-]/g, '_')
  const world = `worlds/${encodeURIComponent(id)}`
  writeFileSync(join(folder, `${name}.json`), await get(`${world}/requests`))
  writeFileSync(join(folder, `${name}.yaml`), await get(`${world}/export`))
}
console.log(`${worlds.length} worlds are in ${folder}`)
