import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { isAbsolute, join, sep } from 'node:path'
import type { Readable } from 'node:stream'
import type { JsonObject } from '../../shared/json.ts'
import { Refusal } from '../lib/errors.ts'
import { Unknown } from './unknown.ts'

/** Bytes of each output that are kept. */
const longest = 32_768
/** All that a command finds in its environment: no key of ours, and nothing that changes how programs are loaded. */
const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' }

interface How {
  /** The one folder whose commands are run; null: none is. */
  folder: string | null
  /** Ends a process with all that it has begun. */
  endGroup(pid: number): void
}
interface Command {
  command: string
  args: readonly string[]
  /** ms. */
  timeout: number
  ended: AbortSignal
}

const refuse = (message: string) => new Refusal(400, 'command_refused', message)

/** Run a program of the folder, without a shell, in an environment of its own. Refuses what lies elsewhere, or what others may write. */
export async function runCommand({ folder, endGroup }: How, { command, args, timeout, ended }: Command): Promise<JsonObject> {
  const { file, directory } = await placed(folder, command)
  const child = spawn(file, args, { cwd: directory, env: environment, shell: false, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const outputs = [read(child.stdout), read(child.stderr)] as const
  let why: 'timeout' | 'given_up' | undefined
  const end = (reason: typeof why) => {
    why ??= reason
    if (child.pid !== undefined) endGroup(child.pid)
  }
  const giveUp = () => end('given_up')
  const late = setTimeout(() => end('timeout'), timeout)
  ended.addEventListener('abort', giveUp, { once: true })
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', error => reject(refuse(`${command} cannot be run: ${(error as NodeJS.ErrnoException).code ?? error.message}`)))
      child.once('close', resolve)
      if (ended.aborted) giveUp()
    })
    const [stdout, stderr] = outputs.map(output => output())
    if (why === 'timeout') throw refuse(`${command} was ended: it took longer than ${timeout / 1000} s`)
    if (why === 'given_up') throw new Unknown(`${command} was ended: how far it came is unknown`)
    if (code !== 0)
      throw refuse(`${command} ended with ${code ?? 'a signal'}${stderr!.text.trim() && `: ${stderr!.text.trim().slice(-500)}`}`)
    return { exit_code: code, stdout: stdout!.text, stderr: stderr!.text, ...((stdout!.cut || stderr!.cut) && { truncated: true }) }
  } finally {
    clearTimeout(late)
    ended.removeEventListener('abort', giveUp)
  }
}

/** Where a command lies, links followed. */
async function placed(folder: string | null, command: string): Promise<{ file: string; directory: string }> {
  if (folder === null) throw refuse('Commands are switched off: the setting workflows.commands_dir names their folder')
  const directory = await realpath(folder).catch(() => {
    throw refuse(`The folder for commands, ${folder}, is not there`)
  })
  const file = await realpath(isAbsolute(command) ? command : join(directory, command)).catch(() => {
    throw refuse(`${command} is not there`)
  })
  if (!file.startsWith(directory + sep)) throw refuse(`${command} lies outside of the folder for commands`)
  for (const path of [directory, file]) {
    const { mode, uid } = await stat(path)
    if ((mode & 0o022) !== 0 || ![0, userInfo().uid].includes(uid))
      throw refuse(`${path} may be changed by others: commands must be yours alone to write`)
  }
  if (!(await stat(file)).isFile()) throw refuse(`${command} is no file`)
  await access(file, constants.X_OK).catch(() => {
    throw refuse(`${command} may not be executed`)
  })
  return { file, directory }
}

/** Keep the beginning of what comes, and read on, so that whoever writes does not wait. */
function read(stream: Readable): () => { text: string; cut: boolean } {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    if (size < longest) chunks.push(chunk.subarray(0, longest - size))
    size += chunk.length
  })
  return () => ({ text: Buffer.concat(chunks).toString('utf8'), cut: size > longest })
}
