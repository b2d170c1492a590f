import { run } from './cli.ts'

// The only file that sees `process`.
const stop = new Promise<void>(resolve => {
  process.once('SIGTERM', () => resolve())
  process.once('SIGINT', () => resolve())
})
process.umask(0o077)
process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  pid: process.pid,
  uid: process.getuid?.(),
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  stop,
})
// a store that died leaves its thread's handles behind
if (process.exitCode !== 0) process.exit()
