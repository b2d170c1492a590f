import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SigmaFile } from './detect/sigma/archive.ts'
import type { Read } from './detect/sigma/import.ts'
import type { ReadImport } from './detect/sigma/read.ts'
import { Refusal } from './lib/errors.ts'

/** What goes to the process, as JSON, and what comes back. */
export type Asked = { archive: string } | { files: SigmaFile[] }
export type Answered = { read: Read[] } | { refusal: Pick<Refusal, 'status' | 'code' | 'message' | 'problems'> }

/** How long it may take, ms, and how much memory, MB. */
const patience = 60_000
const memory = 512

const failed = (message: string) => new Refusal(400, 'unreadable', message, { problems: [{ field: 'body', message }] })

/** Reads Sigma rules in a process of its own, which ends with the answer; what it cannot stand is refused. */
export const readInProcess: ReadImport = wanted =>
  new Promise((resolve, reject) => {
    const asked: Asked = 'files' in wanted ? wanted : { archive: Buffer.from(wanted.bytes).toString('base64') }
    // beside this module, which is JavaScript once it is built; keys in the environment are none of its business
    const child = fork(fileURLToPath(new URL('./sigma-child.js', import.meta.url)), [], {
      execArgv: [`--max-old-space-size=${memory}`],
      env: {},
      stdio: ['pipe', 'pipe', 'ignore', 'ipc'],
    })
    const chunks: Buffer[] = []
    const late = setTimeout(() => child.kill('SIGKILL'), patience)
    child.stdout!.on('data', (chunk: Buffer) => chunks.push(chunk))
    // it may end before it has read all
    child.stdin!.on('error', () => {})
    child.on('error', error => {
      clearTimeout(late)
      reject(error)
    })
    child.on('close', (code, signal) => {
      clearTimeout(late)
      if (code !== 0)
        return reject(
          failed(signal === 'SIGKILL' ? 'Reading the rules took too long' : 'The rules cannot be read: they end who reads them'),
        )
      const answer = JSON.parse(Buffer.concat(chunks).toString()) as Answered
      if ('read' in answer) return resolve(answer.read)
      const { status, code: name, message, problems } = answer.refusal
      reject(new Refusal(status, name, message, { problems }))
    })
    child.stdin!.end(JSON.stringify(asked))
  })
