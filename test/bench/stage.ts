import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Stage } from './measures/measure.ts'
import type { Loaded } from './sides/side.ts'
import { type StartedSide, startSide } from './start-side.ts'

type Given = Pick<Stage, 'logs' | 'peers' | 'seconds' | 'tell'>

/** Where the measures take place: directories under `root`, and sides that are loaded and started once for all who ask. */
export function createStage(root: string, given: Given): Stage {
  mkdirSync(root, { recursive: true })
  const own = mkdtempSync(join(root, 'run-'))
  process.once('exit', () => rmSync(own, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const loads = new Map<string, Promise<Loaded & { dir: string }>>()
  const sides = new Map<string, StartedSide>()

  const directory = (name: string) => {
    const dir = join(own, name)
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    return dir
  }
  async function load(name: string): Promise<Loaded & { dir: string }> {
    const dir = directory(name)
    given.tell(`${name}: ${given.logs} logs in`)
    const side = await startSide(name, dir)
    const loaded = await side.load(given.logs)
    await side.close()
    return { ...loaded, dir }
  }
  const loaded = (name: string) => {
    let begun = loads.get(name)
    if (!begun) loads.set(name, (begun = load(name)))
    return begun
  }
  const closeSides = async () => {
    for (const side of sides.values()) await side.close()
    sides.clear()
  }
  return {
    ...given,
    directory,
    loaded,
    closeSides,
    async side(name) {
      const running = sides.get(name)
      if (running) return running
      const { dir } = await loaded(name)
      given.tell(`${name}: start`)
      const side = await startSide(name, dir)
      sides.set(name, side)
      return side
    },
  }
}
