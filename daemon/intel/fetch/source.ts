import { type Outbound, OutboundError, type OutboundRequest } from '../../lib/outbound.ts'
import type { Entry, Fetched } from '../feed-files.ts'

/** What a feed is fetched with. */
export interface Asked {
  entry: Entry
  secret: string | undefined
  /** What is there now. */
  content: Uint8Array | undefined
  outbound: Outbound
  signal: AbortSignal
}

/** What the source said: new content, or none; and where to go on from. */
export interface Answer {
  bytes?: Uint8Array
  state: Pick<Fetched, 'etag' | 'last_modified' | 'position'>
}
export type Fetch = (asked: Asked) => Promise<Answer>

/** The source asks to be left alone for a time, ms. */
export class AskedToWait extends OutboundError {
  readonly ms: number
  constructor(message: string, ms: number) {
    super('asked_to_wait', message)
    this.ms = ms
  }
}

/** The headers that say who asks. Throws where a secret is needed and none is kept. */
export function authHeaders({ entry: { id, refresh }, secret }: Pick<Asked, 'entry' | 'secret'>): Record<string, string> {
  const auth = refresh?.auth
  if (!auth) return {}
  if (secret === undefined)
    throw new OutboundError('no_secret', `The feed's secret is not kept here: set it with signalbox feeds secret ${id}`)
  if (auth.type === 'basic') return { Authorization: `Basic ${Buffer.from(`${auth.user}:${secret}`).toString('base64')}` }
  if (auth.type === 'bearer') return { Authorization: `Bearer ${secret}` }
  return { [auth.header]: secret }
}

/** One request with the feed's own headers; an answer that is no good one is thrown. */
export async function ask(asked: Asked, url: string, { headers = {}, ...request }: OutboundRequest = {}) {
  const answer = await asked.outbound(url, { ...request, headers: { ...authHeaders(asked), ...headers }, signal: asked.signal })
  const { status } = answer
  if (status === 200 || status === 304) return answer
  const host = new URL(url).host
  const wait = Number(answer.headers['retry-after'])
  if ((status === 429 || status === 503) && wait > 0)
    throw new AskedToWait(`${host} answered ${status}, and to come back in ${wait} s`, wait * 1000)
  throw new OutboundError('bad_answer', `${host} answered ${status}${status === 401 || status === 403 ? ': the secret may be wrong' : ''}`)
}
