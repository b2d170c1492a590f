import { isObject, type JsonObject } from '../../shared/json.ts'
import { type Why, whys } from '../../shared/notice.ts'
import { isSeverity, type Severity } from '../../shared/severity.ts'
import { type State, states } from '../../shared/triage.ts'

export type Counts = Record<State, number>

/** Frames of the stream come at least every 20 s; after this long in silence, ms, it is dead. */
const silence = 45_000

export interface Live {
  /** Open the stream unless it is open. */
  open(to: { url: string; token: string }): void
  close(): void
  isOpen(): boolean
}

/** Somebody gave signals to the user; how many wait for them now, where the daemon says. */
export interface Assigned {
  ids: string[]
  by: string
  count: number | null
}

/** A notification rule tells this browser of signals, or a workflow of what it likes. */
export interface Noticed {
  ids: string[]
  severity: Severity
  why: Why
}

interface Hears {
  /** What changed, and how many there are. */
  told(ids: string[], counts: Counts | null): void
  assigned(news: Assigned): void
  noticed(news: Noticed): void
  /** Investigation cases that changed. */
  cases(ids: string[]): void
  /** Incidents that changed, by public id. */
  incidents(ids: number[]): void
  /** What is blocked, or who never is, changed. */
  blocks(): void
  /** Detection rules changed. */
  rules(): void
  /** Workflows or runs that changed, by id. */
  workflows(changed: { workflows: string[]; runs: string[] }): void
  /** Whether nothing is written now. */
  readOnly(is: boolean): void
  /** The stream has broken; it was not closed. */
  lost(): void
}

/** The stream from the daemon. */
export function createLive({ told, assigned, noticed, cases, incidents, blocks, rules, workflows, readOnly, lost }: Hears): Live {
  let socket: WebSocket | undefined
  let watchdog: ReturnType<typeof setTimeout> | undefined

  const close = () => {
    clearTimeout(watchdog)
    const closing = socket
    socket = undefined
    closing?.close()
  }
  return {
    close,
    isOpen: () => socket !== undefined,
    open({ url, token }) {
      if (socket) return
      const mine = new WebSocket(url, ['signalbox', `bearer.${token}`])
      socket = mine
      const ended = () => {
        if (socket !== mine) return
        close()
        lost()
      }
      const heard = () => {
        clearTimeout(watchdog)
        watchdog = setTimeout(ended, silence)
      }
      heard()
      mine.onclose = ended
      mine.onmessage = event => {
        if (socket !== mine) return
        heard()
        const message = readEvent(event.data)
        if (message) told(message.ids, message.counts)
        const news = readAssigned(event.data)
        if (news) assigned(news)
        const notice = readNoticed(event.data)
        if (notice) noticed(notice)
        const changed = readCases(event.data)
        if (changed) cases(changed)
        const declared = readIncidents(event.data)
        if (declared) incidents(declared)
        const { type, read_only: fixed } = readFrame(event.data) ?? {}
        if (type === 'denylist') blocks()
        if (type === 'rules') rules()
        if (typeof fixed === 'boolean') readOnly(fixed)
        const run = readWorkflows(event.data)
        if (run) workflows(run)
      }
    },
  }
}

function readFrame(data: unknown): JsonObject | undefined {
  if (typeof data !== 'string' || data.length > 1_000_000) return undefined
  try {
    const event: unknown = JSON.parse(data)
    return isObject(event) ? event : undefined
  } catch {
    return undefined
  }
}
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter(id => typeof id === 'string') : [])
const idsOf = (event: JsonObject): string[] => textsOf(event['ids'])

/** `hello` and `signals` as one: what changed, and how many there are now. Undefined for pings and what nobody understands. */
export function readEvent(data: unknown): { ids: string[]; counts: Counts | null } | undefined {
  const event = readFrame(data)
  if (event?.['type'] !== 'hello' && event?.['type'] !== 'signals') return undefined
  return { ids: idsOf(event), counts: readCounts(event['counts']) }
}

/** Undefined where nobody gave the user anything. */
export function readAssigned(data: unknown): Assigned | undefined {
  const event = readFrame(data)
  if (event?.['type'] !== 'assigned') return undefined
  const ids = idsOf(event)
  const { by, count } = event
  if (ids.length === 0) return undefined
  return { ids, by: typeof by === 'string' ? by : '', count: Number.isInteger(count) ? (count as number) : null }
}

/** Undefined where no notification rule tells of anything. */
export function readNoticed(data: unknown): Noticed | undefined {
  const event = readFrame(data)
  if (event?.['type'] !== 'notice') return undefined
  const { severity } = event
  const why = whys.find(one => one === event['why'])
  const ids = idsOf(event)
  return isSeverity(severity) && why && (ids.length > 0 || why === 'workflow') ? { ids, severity, why } : undefined
}

/** Undefined where it is about something else. */
export function readCases(data: unknown): string[] | undefined {
  const event = readFrame(data)
  return event?.['type'] === 'cases' ? idsOf(event) : undefined
}

/** Undefined where it is about something else. */
export function readIncidents(data: unknown): number[] | undefined {
  const event = readFrame(data)
  if (event?.['type'] !== 'incidents' || !Array.isArray(event['ids'])) return undefined
  return event['ids'].filter(id => typeof id === 'number')
}

/** Undefined where it is about something else. */
export function readWorkflows(data: unknown): { workflows: string[]; runs: string[] } | undefined {
  const event = readFrame(data)
  return event?.['type'] === 'workflows' ? { workflows: textsOf(event['workflows']), runs: textsOf(event['runs']) } : undefined
}

function readCounts(value: unknown): Counts | null {
  if (!isObject(value) || !states.every(state => Number.isInteger(value[state]))) return null
  return Object.fromEntries(states.map(state => [state, value[state]])) as Counts
}
