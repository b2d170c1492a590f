import { run } from './cli.ts'

// The only file that sees `process`, but for the end of the store's thread (worker.ts).
const stop = new Promise<void>(resolve => {
  process.once('SIGTERM', () => resolve())
  process.once('SIGINT', () => resolve())
})
process.umask(0o077)
// whoever reads may have seen enough (`signalbox search | head`), and a daemon goes on without a reader of its log
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
})
process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  pid: process.pid,
  node: process.versions.node,
  uid: process.getuid?.(),
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  stop,
  stdin: () => process.stdin,
  isAlive: pid => Number.isInteger(pid) && pid > 0 && canSignal(pid),
  endGroup,
})
// a store that died leaves its thread's handles behind
if (process.exitCode !== 0) process.exit()

function canSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    // no such process, or another user's, which is none of our daemons
    return false
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}
