import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json, wherever this module runs from: as it is written, or bundled. */
export const root = ((): string => {
  let dir = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(dir, 'package.json'))) {
    if (dir === dirname(dir)) throw new Error(`No package.json stands above ${fileURLToPath(import.meta.url)}`)
    dir = dirname(dir)
  }
  return dir
})()
