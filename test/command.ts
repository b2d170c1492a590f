import type { Surroundings } from '../daemon/cli/surroundings.ts'
import { run } from '../daemon/cli.ts'

/** Run a command in this process; what it said comes back with its exit code. */
export async function callCommand(args: string[], more: Partial<Surroundings> & Pick<Surroundings, 'env'>) {
  let out = ''
  let err = ''
  const code = await run(args, {
    pid: 1,
    node: '20.19.0',
    uid: process.getuid?.(),
    out: text => (out += text),
    err: text => (err += text),
    isTerminal: false,
    stop: new Promise(() => {}),
    stdin: async function* () {},
    isAlive: () => false,
    endGroup: () => {},
    ...more,
  })
  return { code, out, err }
}
