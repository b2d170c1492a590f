import { computed, signal } from '@preact/signals'
import { Archive, Copy, RotateCcw, TriangleAlert, Undo2, UserPlus } from 'lucide'
import { defang } from '../../../shared/ip.ts'
import { stateLabels } from '../../../shared/triage.ts'
import type { Connection, Failure, IpFacts, MarkKind, Moved, Settings, SignalDetails, SignalRow } from '../../messages.ts'
import { type ask as askBackground, isFailure } from '../../relay.ts'
import { backTo, type Change, idsOf } from '../../ui/change.ts'
import { asReason } from '../../ui/story.ts'
import { createToasts } from '../../ui/toast.tsx'
import { explain } from './trouble.tsx'

/** What a card is about: an address, with others that were selected along with it; or a text that holds none. */
export interface Subject {
  address: string | null
  others: readonly string[]
  text: string
}
export type View =
  /** `slow` once it is worth saying. */
  | { is: 'loading'; slow: boolean }
  | { is: 'facts'; facts: IpFacts; kind: MarkKind | undefined }
  | { is: 'trouble'; failure: Failure; connection: Connection | undefined }
  | { is: 'none' }

type Ask = typeof askBackground

/** Before this nothing is shown in place of what is loading, ms. */
const calm = 150
const remembered = 100

/** What a card shows and does, without its look. `refusal` says why an event may not change anything. */
export function createModel(needs: { ask: Ask; refusal: (event: Event) => string | undefined; copy: (text: string) => Promise<boolean> }) {
  const { ask, refusal, copy } = needs
  const subject = signal<Subject>({ address: null, others: [], text: '' })
  const view = signal<View>({ is: 'none' })
  const pinned = signal(false)
  const settings = signal<Settings | undefined>(undefined)
  /** Signals that a change was sent for and not yet answered. */
  const pending = signal<ReadonlySet<string>>(new Set())
  /** The signal whose archive form is open, and the one that keys act on. */
  const archiving = signal<string | undefined>(undefined)
  const current = signal<string | undefined>(undefined)
  /** The signal whose facts are shown below its title, and what is known of it or why nothing is. */
  const unfolded = signal<string | undefined>(undefined)
  const about = signal<SignalDetails | Failure | undefined>(undefined)
  /** What has to be said of the marks on this page. */
  const note = signal<string | undefined>(undefined)
  /** Whether lines are selected on the page. */
  const lines = signal(false)
  const toasts = createToasts()
  const cache = new Map<string, IpFacts>()
  /** In the order in which they were first shown: nothing moves, and what was just archived can still be reopened. */
  const shown = new Set<string>()
  const latest = signal(new Map<string, SignalRow>())
  const rows = computed(() => [...latest.value.values()])
  let asked = 0

  function put(changed: readonly SignalRow[]) {
    const next = new Map(latest.value)
    for (const row of changed) next.set(row.id, row)
    latest.value = next
  }
  function take(facts: IpFacts) {
    cache.delete(facts.address)
    cache.set(facts.address, facts)
    for (const oldest of cache.keys()) if (cache.size > remembered) cache.delete(oldest)
    for (const row of facts.signals.latest) if (row.state !== 'archived') shown.add(row.id)
    put(facts.signals.latest.filter(row => shown.has(row.id)))
  }

  function warn(text: string) {
    if (!toasts.all.value.some(toast => toast.text === text)) toasts.fail(text)
  }
  async function load(address: string) {
    const turn = ++asked
    const slow = setTimeout(() => {
      if (turn === asked && view.value.is === 'loading') view.value = { is: 'loading', slow: true }
    }, calm)
    const [facts, marks] = await Promise.all([ask('lookup', { ip: address }), ask('marks', { addresses: [address] })])
    const status = isFailure(facts) ? await ask('status', {}) : undefined
    clearTimeout(slow)
    if (turn !== asked) return
    if (isFailure(facts)) {
      const connection = status && !isFailure(status) ? status.connection : undefined
      // what is shown stays, with whatever is being typed into it
      if (view.value.is === 'facts') warn(explain(connection, facts))
      else view.value = { is: 'trouble', failure: facts, connection }
      return
    }
    take(facts)
    view.value = { is: 'facts', facts, kind: isFailure(marks) ? undefined : marks.kinds[address] }
  }

  async function read(id: string) {
    const answer = await ask('signal', { id })
    // what is shown is not taken away by a request that failed
    if (unfolded.value === id && !(isFailure(answer) && about.value)) about.value = answer
  }
  /** Show what a signal is about, or fold it up again. */
  function unfold({ id }: SignalRow) {
    about.value = undefined
    unfolded.value = unfolded.value === id ? undefined : id
    if (unfolded.value !== undefined) void read(id)
  }

  function show(next: Subject) {
    subject.value = next
    unfolded.value = about.value = undefined
    shown.clear()
    latest.value = new Map()
    archiving.value = current.value = undefined
    const { address } = next
    const cached = address === null ? undefined : cache.get(address)
    if (cached) take(cached)
    view.value = cached ? { is: 'facts', facts: cached, kind: undefined } : { is: address === null ? 'none' : 'loading', slow: false }
    if (address !== null) void load(address)
  }
  function renew() {
    if (unfolded.value !== undefined) void read(unfolded.value)
    return subject.value.address === null ? undefined : load(subject.value.address)
  }

  /** Sends a change of one signal; what it answers is shown, never what was hoped for. */
  async function send(row: SignalRow, event: Event, doing: string, change: () => Promise<Moved | Failure>): Promise<SignalRow | undefined> {
    const why = refusal(event)
    if (why !== undefined) {
      toasts.fail(why)
      return undefined
    }
    if (pending.value.has(row.id)) return undefined
    pending.value = new Set([...pending.value, row.id])
    const answer = await change()
    pending.value = new Set([...pending.value].filter(id => id !== row.id))
    const error = isFailure(answer) ? answer.error : answer.failed[0]?.error
    if (error !== undefined || isFailure(answer)) {
      toasts.show({
        icon: TriangleAlert,
        text: `Not ${doing}: ${error}`,
        bad: true,
        action: { label: 'Reload', icon: RotateCcw, run: () => void renew() },
      })
      return undefined
    }
    put(answer.done)
    return answer.done.find(({ id }) => id === row.id)
  }

  async function move(row: SignalRow, change: Change, event: Event) {
    const archived = change.state === 'archived'
    const doing = archived ? 'archived' : `set to "${stateLabels[change.state]}"`
    const done = await send(row, event, doing, () => ask('move', { ids: idsOf([row]), ...change }))
    if (!done) return
    archiving.value = undefined
    const run = (undo: Event) => void send(done, undo, 'undone', () => ask('move', { ids: idsOf([done]), ...backTo(row) }))
    const text = archived ? `Archived${asReason(change.reason)}` : `Set to "${stateLabels[change.state]}"`
    toasts.show({ icon: Archive, text, action: { label: 'Undo', icon: Undo2, keys: 'U', run } })
  }
  async function assign(row: SignalRow, to: 'me' | 'nobody', event: Event) {
    const done = await send(row, event, 'assigned', () => ask('assign', { ids: idsOf([row]), to }))
    if (!done) return
    const run = (undo: Event) => void send(done, undo, 'undone', () => ask('assign', { ids: idsOf([done]), to: 'nobody' }))
    const action = to === 'me' && row.assignee === null ? { action: { label: 'Undo', icon: Undo2, keys: 'U', run } } : {}
    toasts.show({ icon: UserPlus, text: to === 'me' ? 'Assigned to you' : 'Assigned to nobody', ...action })
  }
  async function open(event: Event, what: () => Promise<object | Failure>) {
    const why = refusal(event)
    if (why !== undefined) return toasts.fail(why)
    const answer = await what()
    if (isFailure(answer)) toasts.fail(`Not opened: ${answer.error}`)
  }
  /** Its panel, in a window of the extension over this page. */
  const openSignal = ({ id }: SignalRow, event: Event) => open(event, () => ask('openSignal', { id }))
  /** What is selected on the page, in a window of the extension: nothing of it is sent before it is confirmed there. */
  const addLines = (event: Event) => open(event, () => ask('addLines', {}))
  async function copyDefanged() {
    const { address } = subject.value
    if (address === null) return
    const text = defang(address)
    if (await copy(text)) toasts.show({ icon: Copy, text: `Copied ${text}` })
    else toasts.fail('Not copied: this page does not allow it')
  }

  const shownNow = { subject, view, pinned, settings, pending, archiving, current, unfolded, about, note, lines, toasts, rows }
  return { ...shownNow, show, renew, unfold, move, assign, openSignal, addLines, copyDefanged }
}
export type Model = ReturnType<typeof createModel>
