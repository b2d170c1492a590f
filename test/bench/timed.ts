import { spawn } from 'node:child_process'

/** What a process took, s. */
export interface Took {
  wall: number
  /** Of processor time, in the program and in the kernel. */
  cpu: number
}

/** Run a program to its end. Node does not tell what its children used; a shell does. Rejects with what it says when it fails. */
export async function timed(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Took> {
  const began = performance.now()
  const child = spawn('sh', ['-c', '"$@" >&2; code=$?; times; exit $code', 'sh', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
    // a group of its own, so that the program ends with us though its shell stands between
    detached: true,
  })
  const end = () => child.pid !== undefined && process.kill(-child.pid)
  process.once('exit', end)
  let times = ''
  let said = ''
  child.stdout.on('data', chunk => (times += chunk))
  child.stderr.on('data', chunk => (said = `${said}${chunk}`.slice(-4000)))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).finally(() => process.off('exit', end))
  const wall = (performance.now() - began) / 1000
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${said}`)
  return { wall, cpu: childrenOf(times) }
}

/** Seconds of processor time of a shell's children: the second line of `times`, as `1m2.5s 0m0.25s`. */
export function childrenOf(times: string): number {
  const [, children = ''] = times.trim().split('\n')
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)]
  if (parts.length !== 2) throw new Error(`These are no times of a shell: ${times}`)
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0)
}
