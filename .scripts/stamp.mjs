import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A hash over the content of every file under these files and folders, dot-folders left out: what a build of them depends on. */
export function stampOf(paths) {
  const hash = createHash('sha256')
  const walk = path => {
    if (statSync(path).isFile()) return void hash.update(`${relative(root, path)}\0`).update(readFileSync(path))
    for (const name of readdirSync(path).sort()) if (!name.startsWith('.')) walk(join(path, name))
  }
  for (const path of paths) walk(join(root, path))
  return hash.digest('hex')
}
