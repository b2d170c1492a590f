import type { Client } from '../client.ts'
import { NoDaemon, Refused } from '../refused.ts'
import type { Batch } from './cutter.ts'
import type { Checkpoint } from './find-start.ts'

/** What the person says of all lines of an import. */
export interface Said {
  format?: string | undefined
  service?: string | undefined
  source?: string | undefined
  host?: string | undefined
  tags?: string | undefined
  /** Minutes east of UTC, for timestamps that name no zone. */
  zone?: number | undefined
}

/** Thrown where the process was asked to end while it waited. */
export class Stopped extends Error {}

/** The daemon's side of an import. */
export interface Desk {
  /** What the person says of all lines, as one text that is the same for the same words; '' where nothing was said. */
  readonly words: string
  checkpoints(fingerprint: string): Promise<Checkpoint[]>
  /** Resolves once the lines are on disk, or were there already. */
  send(batch: Batch, to: { fingerprint: string; stream: string }): Promise<{ count: number; duplicate: boolean }>
}

interface Needs {
  connect(): Pick<Client, 'get' | 'send'>
  /** Waits so many ms; false where it was cut short because the process is to end. */
  pause(ms: number): Promise<boolean>
  /** Go on asking when the daemon is away or its disk full. */
  patient: boolean
  say(text: string): void
}

const longestPause = 30_000

/**
 * Asks the daemon until it has answered: when it says that it has too much to do, after the time it names. The same lines may be sent twice,
 * for it knows them by their checkpoint.
 */
export function createDesk(said: Said, { connect, pause, patient, say }: Needs): Desk {
  let client: Pick<Client, 'get' | 'send'> | undefined

  async function ask<T>(question: (client: Pick<Client, 'get' | 'send'>) => Promise<T>): Promise<T> {
    for (let failures = 0; ; ) {
      try {
        client ??= connect()
        return await question(client)
      } catch (error) {
        let wait: number
        if (error instanceof Refused && (error.status === 429 || error.status === 503)) wait = Math.max(1, error.retryAfter) * 1000
        else if (patient && (error instanceof NoDaemon || (error instanceof Refused && error.status === 507))) {
          if (failures === 0) say(`${error.message}\nTrying again until it does.`)
          wait = Math.min(longestPause, 1000 * 2 ** Math.min(failures++, 5))
          // after a restart it may listen elsewhere
          client = undefined
        } else throw error
        if (!(await pause(wait))) throw new Stopped()
      }
    }
  }

  return {
    words: wordsOf(said),
    async checkpoints(fingerprint) {
      const { data } = await ask(client => client.get<{ data: { attributes: Checkpoint }[] }>('/api/local/imports', { fingerprint }))
      return data.map(({ attributes }) => attributes)
    },
    async send({ text, offset, hash }, { fingerprint, stream }) {
      const { format, service, source, host, tags, zone } = said
      const query = { format, service, ddsource: source, hostname: host, ddtags: tags, zone, stream, fingerprint, offset, hash }
      const { data } = await ask(client =>
        client.send<{ data: { attributes: { count: number; duplicate: boolean } } }>('POST', '/api/local/imports/lines', { query, text }),
      )
      return data.attributes
    },
  }
}

/** The zone is no part of it: it is about how lines are read, not whose they are. */
function wordsOf({ format, service, source, host, tags }: Said): string {
  const words = [format, service, source, host, tags]
  return words.some(word => word !== undefined) ? JSON.stringify(words.map(word => word ?? null)) : ''
}
