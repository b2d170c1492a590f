import { signal } from '@preact/signals'
import { FolderPlus } from 'lucide'
import type { CaseRef, NewCase } from '../../case-messages.ts'
import type { Failure } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import type { Selection } from '../../signal-messages.ts'
import type { SignalRow } from '../../signal-row.ts'
import { followJob } from '../../ui/jobs.ts'
import { whyNot } from '../../ui/may.ts'
import { go } from '../place.ts'
import { tell } from '../signals/desk.ts'
import { toasts } from '../surface.ts'

/** Signals that somebody is putting into a case: rows, or all that a query found. */
export type Escalating = { rows: readonly SignalRow[]; whole?: Selection; done?(): void }
/** The window is open while there are some. */
export const escalating = signal<Escalating | null>(null)

/** Signals of one request. */
const portion = 199

/** Why no signal can be put into a case now; undefined while one can. */
export const whyNoCase = (): string | undefined => whyNot('cases_write') ?? whyNot('security_monitoring_signals_write')

export function escalateToCase(about: Escalating): void {
  const why = whyNoCase()
  if (why !== undefined) toasts.fail(`No case: ${why}`)
  else if (about.whole || about.rows.length > 0) escalating.value = about
}

export const placeOfCase = (id: string) => ({ section: 'cases', with: { case: id } })
const signals = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'signal' : 'signals'}`
function say(text: string, { id }: CaseRef): void {
  toasts.show({ icon: FolderPlus, text, action: { label: 'Open', run: () => go(placeOfCase(id)) } })
}

/** Make a case of them, or add them to one; the refusal where the daemon did not. */
export async function putInto(about: Escalating, to: { given: NewCase } | { into: CaseRef }): Promise<Failure | undefined> {
  const failure = await (about.whole ? wholeInto(about.whole, to) : rowsInto(about.rows, to))
  if (failure) return failure
  escalating.value = null
  about.done?.()
  tell(about.rows.map(({ id }) => id))
  return undefined
}

async function rowsInto(rows: readonly SignalRow[], to: { given: NewCase } | { into: CaseRef }): Promise<Failure | undefined> {
  const ids = rows.map(({ id }) => id)
  let into: CaseRef
  let added = 0
  let rest = ids
  if ('given' in to) {
    const made = await ask('createCase', { given: to.given, signals: ids.slice(0, portion) })
    if (isFailure(made)) return made
    into = made
    added = made.insights
    rest = ids.slice(portion)
  } else into = to.into
  for (let from = 0; from < rest.length; from += portion) {
    const answer = await ask('addToCase', { id: into.id, signals: rest.slice(from, from + portion) })
    if (isFailure(answer) && added === 0) return answer
    if (isFailure(answer)) {
      toasts.fail(`${signals(added)} of ${ids.length.toLocaleString('en')} are in ${into.key}: ${answer.error}`)
      return undefined
    }
    added += answer.added
  }
  const known = ids.length - added
  const already = known > 0 ? `; ${known === 1 ? 'one was' : `${known.toLocaleString('en')} were`} there already` : ''
  say('given' in to ? `${into.key} created with ${signals(added)}` : `${signals(added)} added to ${into.key}${already}`, into)
  return undefined
}

/** The daemon adds them as a job; what is said counts what it did. */
async function wholeInto({ id: selection }: Selection, to: { given: NewCase } | { into: CaseRef }): Promise<Failure | undefined> {
  const begun = await ask('selectionToCase', { selection, ...('given' in to ? { given: to.given } : { id: to.into.id }) })
  if (isFailure(begun)) return begun
  escalating.value = null
  const { ref } = begun
  void followJob(begun.job, 'case', { ask, toasts }).then(job => {
    const left = job.total - job.changed
    const others = left > 0 ? `; ${left.toLocaleString('en')} not: too old, there already, or not looked at` : ''
    if (job.state === 'failed') toasts.fail(`${signals(job.changed)} added to ${ref.key}, then: ${job.error}`)
    else say(`${signals(job.changed)} added to ${ref.key}${others}`, ref)
    tell([])
  })
  return undefined
}
