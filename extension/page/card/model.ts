import { computed, signal } from '@preact/signals'
import { Archive, Copy, RotateCcw, TriangleAlert, Undo2, UserPlus } from 'lucide'
import { defang } from '../../../shared/defang.ts'
import { readAddress } from '../../../shared/ip.ts'
import { readObservable } from '../../../shared/observable.ts'
import { stateLabels } from '../../../shared/triage.ts'
import type { Connection, Failure, IpFacts, Moved, Settings, SignalDetails, SignalRow, ValueFacts } from '../../messages.ts'
import type { OfferedPivot } from '../../pivot-messages.ts'
import { type ask as askBackground, isFailure } from '../../relay.ts'
import { backTo, type Change, idsOf } from '../../ui/change.ts'
import { status } from '../../ui/live.ts'
import { whyNoTriage } from '../../ui/may.ts'
import { dismissOver } from '../../ui/off.ts'
import { asReason } from '../../ui/story.ts'
import { createToasts } from '../../ui/toast.tsx'
import { explain } from './trouble.tsx'

/** What a card is about: an address or another value, with others that were selected along with it; or a text that holds none. */
export interface Subject {
  value: string | null
  others: readonly string[]
  text: string
}
export type View =
  /** `slow` once it is worth saying. */
  | { is: 'loading'; slow: boolean }
  | { is: 'facts'; facts: IpFacts | ValueFacts }
  | { is: 'trouble'; failure: Failure; connection: Connection | undefined }
  | { is: 'none' }

type Ask = typeof askBackground

export const isAddress = (value: string): boolean => readAddress(value) !== undefined
/** So that nobody follows it by accident. */
export const defanged = (value: string): string => defang(readObservable(value)?.type ?? 'ip', value)

/** Before this nothing is shown in place of what is loading, ms. */
const calm = 150
const remembered = 100

/** What a card shows and does, without its look. `refusal` says why an event may not change anything. */
export function createModel(needs: {
  ask: Ask
  refusal: (event: Event) => string | undefined
  copy: (text: string) => Promise<boolean>
  /** What was answered last, by value; for all cards of a page. */
  cache: Map<string, IpFacts | ValueFacts>
  /** Told before it is kept open, and before it no longer is; why it cannot be. */
  pinning: (to: boolean) => string | undefined
}) {
  const { ask, refusal, copy, cache, pinning } = needs
  const subject = signal<Subject>({ value: null, others: [], text: '' })
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
  /** Links to other sites for what it is about. */
  const pivots = signal<readonly OfferedPivot[]>([])
  /** Whether lines are selected on the page. */
  const lines = signal(false)
  const toasts = createToasts()
  /** Why no signal can be changed now; undefined while it can, or this is not known yet. */
  const off = computed(() => (status.value === null ? undefined : whyNoTriage()))
  const forget = dismissOver(toasts, off)
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
  function take(value: string, facts: IpFacts | ValueFacts) {
    cache.delete(value)
    cache.set(value, facts)
    for (const oldest of cache.keys()) if (cache.size > remembered) cache.delete(oldest)
    const latest = facts.signals?.latest ?? []
    for (const row of latest) if (row.state !== 'archived') shown.add(row.id)
    put(latest.filter(row => shown.has(row.id)))
  }

  function warn(text: string) {
    if (!toasts.all.value.some(toast => toast.text === text)) toasts.fail(text)
  }
  async function load(value: string) {
    const turn = ++asked
    const slow = setTimeout(() => {
      if (turn === asked && view.value.is === 'loading') view.value = { is: 'loading', slow: true }
    }, calm)
    const facts = await (isAddress(value) ? ask('lookup', { ip: value }) : ask('lookupValue', { value }))
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
    take(value, facts)
    view.value = { is: 'facts', facts }
  }

  async function link(value: string) {
    const answer = await ask('pivotLinks', { value })
    if (!isFailure(answer) && subject.value.value === value) pivots.value = answer.links
  }
  async function read(id: string) {
    const answer = await ask('signal', { id })
    // what is shown is not taken away by a request that failed
    if (unfolded.value === id && !(isFailure(answer) && about.value)) about.value = answer
  }
  /** Keep it open beside others, or let it close by itself. */
  function pin(to = !pinned.value) {
    if (to === pinned.value) return
    const why = pinning(to)
    if (why === undefined) pinned.value = to
    else warn(why)
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
    pivots.value = []
    const { value } = next
    const cached = value === null ? undefined : cache.get(value)
    if (cached) take(value!, cached)
    view.value = cached ? { is: 'facts', facts: cached } : { is: value === null ? 'none' : 'loading', slow: false }
    if (value === null) return
    void load(value)
    void link(value)
  }
  function renew() {
    if (unfolded.value !== undefined) void read(unfolded.value)
    return subject.value.value === null ? undefined : load(subject.value.value)
  }

  /** Whether nothing can be changed now, which is said. */
  function isBarred(doing: string): boolean {
    if (off.value !== undefined) toasts.fail(`Not ${doing}: ${off.value}`)
    return off.value !== undefined
  }
  /** Sends a change of one signal; what it answers is shown, never what was hoped for. */
  async function send(row: SignalRow, event: Event, doing: string, change: () => Promise<Moved | Failure>): Promise<SignalRow | undefined> {
    const why = refusal(event)
    if (why !== undefined || isBarred(doing)) {
      if (why !== undefined) toasts.fail(why)
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

  /** Ask why a signal is archived. */
  function askWhy({ id }: SignalRow) {
    if (!isBarred('archived')) archiving.value = id
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
  /** The same, to choose a workflow for it. */
  const runOn = ({ id }: SignalRow, event: Event) => open(event, () => ask('openSignal', { id, run: true }))
  /** What is selected on the page, in a window of the extension: nothing of it is sent before it is confirmed there. */
  const addLines = (event: Event) => open(event, () => ask('addLines', {}))
  /** What blocks it, in a window of the extension: no page can confirm that. */
  function block(event: Event) {
    const { value } = subject.value
    if (value === null || !isAddress(value)) return false
    void open(event, () => ask('openBlock', { targets: [{ kind: 'ip', value }] }))
    return true
  }
  /** One of them, in a tab of its own. The page is not told of it, nor the site of the page. */
  const openPivot = ({ name }: OfferedPivot, event: Event) => open(event, () => ask('openPivot', { name, value: subject.value.value! }))
  async function copyDefanged() {
    const { value } = subject.value
    if (value === null) return
    const text = defanged(value)
    if (await copy(text)) toasts.show({ icon: Copy, text: `Copied ${text}` })
    else toasts.fail('Not copied: this page does not allow it')
  }

  const shownNow = { subject, view, pinned, settings, pending, archiving, current, unfolded, about, note, pivots, lines, toasts, rows, off }
  return {
    ...shownNow,
    show,
    renew,
    pin,
    unfold,
    askWhy,
    forget,
    move,
    assign,
    openSignal,
    runOn,
    addLines,
    block,
    openPivot,
    copyDefanged,
  }
}
export type Model = ReturnType<typeof createModel>
