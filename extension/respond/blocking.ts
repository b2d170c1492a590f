import { computed, signal } from '@preact/signals'
import { Ban, ShieldOff, Undo2, UserCheck } from 'lucide'
import { normaliseBlocked } from '../../shared/denylist.ts'
import { saidFor } from '../../shared/time.ts'
import type { Failure } from '../messages.ts'
import { type ask as Ask, isFailure } from '../relay.ts'
import type { BlockPreview, BlockRow, Refusal, Target } from '../respond-messages.ts'
import type { Toasts } from '../ui/toast.tsx'
import type { Asked } from './asked.ts'
import { readDuration, usual } from './duration.ts'
import { saidLifted } from './lifted.ts'

/** One thing that may be blocked: what is known of it, and what was decided about it here. */
export interface Line extends Target {
  chosen: boolean
  /** What was typed to block it all the same. */
  typed: string
  preview: BlockPreview | null
  /** Why the daemon would not, or did not, block it. */
  refused: Refusal | null
}
export type Blocking = ReturnType<typeof createBlocking>

/** What a dialog that blocks them is called. */
export function titleOf(targets: readonly Target[]): string {
  const users = targets.filter(({ kind }) => kind === 'user').length
  const [one, many] =
    users === targets.length ? ['user', 'users'] : users === 0 ? ['address', 'addresses'] : ['entry', 'addresses and users']
  return targets.length === 1
    ? `Block ${targets[0]!.kind === 'ip' && targets[0]!.value.includes('/') ? 'a range' : one === 'user' ? 'a user' : `an ${one}`}`
    : `Block ${many}`
}

/** What makes it impossible, whatever is typed; undefined where nothing does. */
export function whyNever({ preview, refused }: Line): string | undefined {
  if (preview?.pass) {
    const { trusted, description } = preview.pass
    return `${trusted ? 'Trusted' : 'On the passlist'} (“${description}”), which wins over blocks: take it off that list first`
  }
  return preview?.objections.find(({ final }) => final)?.message ?? (refused && isFinal(refused) ? refused.reason : undefined)
}
const isFinal = ({ code }: Refusal) => ['invalid', 'too_wide', 'passlisted'].includes(code)
/** What of the daemon's refusals is the guard's. */
const guards = ['own_address', 'your_address', 'gateway', 'not_public', 'known_good', 'wide_range']
/** What has to be overridden by typing the value. */
export const objectionsTo = ({ preview, refused }: Line): readonly string[] => {
  const known = preview?.objections.filter(({ final }) => !final).map(({ message }) => message) ?? []
  return known.length > 0 || !refused || !guards.includes(refused.code) ? known : [refused.reason]
}
/** Why it was not done, though it may be tried again. */
export const whyNotDone = ({ refused }: Line): string | undefined =>
  refused && !isFinal(refused) && !guards.includes(refused.code) ? `Not done: ${refused.reason}` : undefined
/** Its own entry, where it is in force or waits for a second person. */
export const entryOf = ({ preview, kind, value }: Line): BlockRow | null =>
  preview?.blocked && preview.blocked.kind === kind && preview.blocked.value === value ? preview.blocked : null
const isReady = (line: Line): boolean =>
  line.chosen &&
  whyNever(line) === undefined &&
  entryOf(line)?.state !== 'waiting' &&
  (objectionsTo(line).length === 0 || line.typed.trim() === line.value)

const lineOf = ({ kind, value }: Target): Line => {
  const read = normaliseBlocked(kind, value)
  const reason = kind === 'ip' ? 'This is neither an address nor a range' : 'This is no name of a user'
  return {
    kind,
    value: read ?? value,
    chosen: read !== undefined,
    typed: '',
    preview: null,
    refused: read === undefined ? { kind, value, code: 'invalid', reason } : null,
  }
}
const keyOf = ({ kind, value }: Target) => `${kind} ${value}`

/** What is to be blocked, for how long and why, and what became of it. Nothing is blocked before the daemon has said so. */
export function createBlocking(needs: { ask: typeof Ask; toasts: Toasts; about: Asked; reason?: string; done?(): void }) {
  const { ask, toasts, about, done } = needs
  const lines = signal<readonly Line[]>([...new Map(about.targets.map(lineOf).map(line => [keyOf(line), line])).values()])
  const duration = signal<string>(usual)
  const reason = signal(needs.reason ?? '')
  const failure = signal<Failure | null>(null)
  const looking = signal(false)
  const busy = signal(false)
  const ready = computed(() => lines.value.filter(isReady))
  /** In force already: what is chosen is set to end then. */
  const extended = computed(() => ready.value.filter(line => entryOf(line) !== null))
  const end = computed(() => readDuration(duration.value))
  /** Whether something of it waits for a second person. */
  const waits = computed(() =>
    ready.value.some(({ preview }) => preview && (preview.waits.always || (preview.waits.permanent && duration.value === 'permanent'))),
  )

  const change = (line: Target, to: Partial<Line>) => {
    lines.value = lines.value.map(one => (keyOf(one) === keyOf(line) ? { ...one, ...to } : one))
  }

  /** Ask how each stands and whom it would have hit. What was typed stays. */
  async function look(): Promise<void> {
    const targets = lines.value.filter(({ refused }) => refused?.code !== 'invalid').map(({ kind, value }) => ({ kind, value }))
    if (targets.length === 0) return
    looking.value = true
    const answer = await ask('previewBlock', { targets })
    looking.value = false
    failure.value = isFailure(answer) ? answer : null
    if (isFailure(answer)) return
    const isFirst = lines.value.every(({ preview }) => preview === null)
    const previews = new Map(answer.previews.map(preview => [keyOf(preview), preview]))
    const refusals = new Map(answer.refused.map(refusal => [keyOf(refusal), refusal]))
    lines.value = lines.value.map(line => {
      const next = { ...line, preview: previews.get(keyOf(line)) ?? line.preview, refused: refusals.get(keyOf(line)) ?? line.refused }
      // of several, those that are blocked already need nothing
      const isDone = isFirst && lines.value.length > 1 && next.preview?.blocked != null
      return { ...next, chosen: next.chosen && !isDone && whyNever(next) === undefined }
    })
  }

  async function send(): Promise<void> {
    const span = end.value
    if (busy.value || 'wrong' in span || ready.value.length === 0) return
    busy.value = true
    failure.value = null
    const before = extended.value.map(line => entryOf(line)!)
    const fresh = ready.value.filter(line => entryOf(line) === null)
    const given = { duration: duration.value.trim(), reason: reason.value.trim() }
    const made: BlockRow[] = []
    const longer: BlockRow[] = []
    let refused: Refusal[] = []
    if (fresh.length > 0) {
      const targets = fresh.map(({ kind, value, typed }) => ({ kind, value, ...(typed.trim() === value && { confirm: value }) }))
      const answer = await ask('block', { targets, ...given, ...(about.signal !== undefined && { signal: about.signal }) })
      if (isFailure(answer)) failure.value = answer
      else {
        made.push(...answer.done)
        refused = answer.refused
      }
    }
    for (const { id, version, value, kind } of failure.value ? [] : before) {
      const answer = await ask('extendBlock', {
        id,
        version,
        duration: given.duration,
        ...(given.reason !== '' && { reason: given.reason }),
      })
      if (isFailure(answer)) refused.push({ kind, value, code: 'stale', reason: answer.error })
      // where two have to agree to it, what stands stays, and another waits
      else (answer.id === id ? longer : made).push(answer)
    }
    busy.value = false
    const refusals = new Map(refused.map(one => [keyOf(one), one]))
    lines.value = lines.value.map(line => ({
      ...line,
      refused: refusals.get(keyOf(line)) ?? null,
      typed: refusals.has(keyOf(line)) ? '' : line.typed,
    }))
    if (made.length + longer.length > 0) tell(made, longer, before)
    if (failure.value === null && refused.length === 0 && done) return done()
    await look()
  }

  function tell(made: readonly BlockRow[], longer: readonly BlockRow[], before: readonly BlockRow[]): void {
    const waiting = made.filter(({ state }) => state === 'waiting')
    const active = made.filter(({ state }) => state === 'active')
    const span = 'ms' in end.value ? saidFor(end.value.ms) : ''
    const text = [
      active.length > 0 && `${named(active)} on the denylist ${span}`,
      longer.length > 0 && `${named(longer)} now blocked ${span === 'for good' ? span : `${span} from now`}`,
      waiting.length > 0 && `${named(waiting)} ${waiting.length === 1 ? 'waits' : 'wait'} for a second person`,
    ]
      .filter(Boolean)
      .join('; ')
    const run = () => void undo(made, longer, before)
    toasts.show({ icon: Ban, text, action: { label: 'Undo', icon: Undo2, keys: 'U', run } })
  }

  async function undo(made: readonly BlockRow[], longer: readonly BlockRow[], before: readonly BlockRow[]): Promise<void> {
    const failed: string[] = []
    for (const { id, value } of made) {
      const answer = await ask('liftBlock', { id, reason: 'undone' })
      if (isFailure(answer)) failed.push(`${value}: ${answer.error}`)
    }
    for (const { id, version, value } of longer) {
      const { until, reason } = before.find(one => one.id === id)!
      const left = until === null ? 'permanent' : `${Math.max(1, Math.ceil((until - Date.now()) / 1000))}s`
      const answer = await ask('extendBlock', { id, version, duration: left, reason })
      if (isFailure(answer)) failed.push(`${value}: ${answer.error}`)
    }
    if (failed.length > 0) toasts.fail(`Not undone: ${failed.join('; ')}`)
    else toasts.show({ icon: Undo2, text: `Undone: ${named([...made, ...longer])}` })
    await look()
  }

  /** Something is done with an entry that is there, and what became of it is shown. */
  async function settle<T extends object>(
    line: Line,
    doing: string,
    work: (entry: BlockRow) => Promise<T | Failure>,
    then: (answer: T, entry: BlockRow) => void,
  ) {
    const entry = entryOf(line)
    if (!entry || busy.value) return
    busy.value = true
    const answer = await work(entry)
    busy.value = false
    if (isFailure(answer)) toasts.fail(`${line.value} not ${doing}: ${answer.error}`)
    else then(answer, entry)
    await look()
  }
  const lift = (line: Line) =>
    settle(
      line,
      'lifted',
      ({ id }) => ask('liftBlock', { id, reason: reason.value.trim() }),
      ({ others }, entry) => toasts.show({ icon: ShieldOff, text: saidLifted(entry, others, Date.now()) }),
    )
  const approve = (line: Line) =>
    settle(
      line,
      'approved',
      ({ id, version }) => ask('approveBlock', { id, version }),
      () => toasts.show({ icon: UserCheck, text: `${line.value} on the denylist: you agreed` }),
    )

  return { about, lines, duration, reason, failure, looking, busy, ready, extended, end, waits, change, look, send, lift, approve }
}

const named = (all: readonly Target[]): string =>
  all.length === 1
    ? all[0]!.value
    : `${all.length.toLocaleString('en')} ${all.every(({ kind }) => kind === 'ip') ? 'addresses' : all.every(({ kind }) => kind === 'user') ? 'users' : 'entries'}`
