import { isObject } from '../../shared/json.ts'
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

/** The stream from the daemon. `told` gets what changed and how many there are; `lost` is called when it breaks, not when it is closed. */
export function createLive(told: (ids: string[], counts: Counts | null) => void, lost: () => void): Live {
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
      }
    },
  }
}

/** `hello` and `signals` as one: what changed, and how many there are now. Undefined for pings and what nobody understands. */
export function readEvent(data: unknown): { ids: string[]; counts: Counts | null } | undefined {
  if (typeof data !== 'string' || data.length > 1_000_000) return undefined
  try {
    const event: unknown = JSON.parse(data)
    if (!isObject(event) || (event['type'] !== 'hello' && event['type'] !== 'signals')) return undefined
    const ids = Array.isArray(event['ids']) ? event['ids'].filter(id => typeof id === 'string') : []
    return { ids, counts: readCounts(event['counts']) }
  } catch {
    return undefined
  }
}

function readCounts(value: unknown): Counts | null {
  if (!isObject(value) || !states.every(state => Number.isInteger(value[state]))) return null
  return Object.fromEntries(states.map(state => [state, value[state]])) as Counts
}
