import { platform } from 'node:os'
import { sep } from 'node:path'
import { defaultDataDir } from '../config.ts'
import { root } from '../lib/root.ts'

/** What is typed here in place of `signalbox`: the name is a command only where the package was installed, a clone has npm. */
export const called = root.split(sep).includes('node_modules') ? 'signalbox' : 'npm run -s signalbox --'

const quoted = (text: string) => (/^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** The same, to reach a data directory: the usual one needs no word. */
export function calledHere(dir: string, env: NodeJS.ProcessEnv, system = platform()): string {
  if (dir === defaultDataDir(env, system)) return called
  // the shells of Windows have no common way to give one command a variable
  return system === 'win32' ? `${called} --data "${dir}"` : `SIGNALBOX_DATA=${quoted(dir)} ${called}`
}

/** A text of ours in which commands are written as `signalbox COMMAND`, as they are typed here to reach a data directory. */
export const asTyped = (text: string, dir: string, env: NodeJS.ProcessEnv): string =>
  text.replace(/(?<![\w./-])signalbox (?=[a-z])/g, () => `${calledHere(dir, env)} `)
