import { signal } from '@preact/signals'
import { Archive, Download, FolderPlus, Merge, Split, Undo2, Unlink } from 'lucide'
import { type CloseReason, caseStatusLabels } from '../../../shared/case.ts'
import type { CaseChange, CaseFileFormat, CaseRow, CaseThing, NewCase } from '../../case-messages.ts'
import type { Failure } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { whyNot } from '../../ui/may.ts'
import { createLoad } from '../load.ts'
import { place, show } from '../place.ts'
import { toasts } from '../surface.ts'
import { facetFields, filterOf, sortOf } from './filter.ts'

// What the section of cases knows and does. A row changes only when the daemon has answered.

export const list = createLoad('cases')
/** By facet, how many cases each value has among those that the rest of what is asked leaves. */
export const counts = signal<Readonly<Record<string, readonly { value: string; count: number }[]>>>({})
/** Cases whose change is under way. */
export const busy = signal<ReadonlySet<string>>(new Set())
/** The form that is open in the panel. */
export const form = signal<'close' | 'merge' | null>(null)

export const pageSize = 100
/** A facet is counted without itself, so that its other values can be chosen too. */
async function count(): Promise<void> {
  const asked = place.value.with
  const chosen = facetFields.filter(field => asked[field] || field === 'archived')
  const questions = [
    { filter: filterOf(asked), fields: facetFields.filter(field => !chosen.includes(field)) },
    ...chosen.map(field => ({ filter: filterOf(asked, field), fields: [field] })),
  ].filter(({ fields }) => fields.length > 0)
  const answers = await Promise.all(questions.map(question => ask('caseCounts', { ...question, fields: [...question.fields] })))
  counts.value = Object.assign({}, ...answers.map(answer => (isFailure(answer) ? {} : answer.counts)))
}

/** As many pages as are shown. */
export const pages = signal(1)
export async function reload(): Promise<void> {
  const asked = place.value.with
  const { by, falling } = sortOf(asked)
  const filter = filterOf(asked)
  void count()
  const found = await list.load({ filter, sort: by, ascending: !falling, page: 1, size: pageSize })
  const first = list.value.value
  for (let page = 2; first && page <= pages.value && list.value.value!.rows.length < first.total; page++) {
    const more = await ask('cases', { filter, sort: by, ascending: !falling, page, size: pageSize })
    if (isFailure(more)) return toasts.fail(`Not all are shown: ${more.error}`)
    list.value.value = { rows: [...list.value.value!.rows, ...more.rows], total: more.total }
  }
  return found
}

/** Why a case cannot change now; undefined while it can. */
export const offFor = (row: CaseRow): string | undefined =>
  row.mergedInto
    ? `It is part of ${row.mergedInto.key} now`
    : row.archived
      ? 'It is archived'
      : busy.value.has(row.id)
        ? 'Pending: sent, not answered yet'
        : whyNot('cases_write')

async function making<T>({ id }: CaseRow, work: () => Promise<T>): Promise<T> {
  busy.value = new Set([...busy.value, id])
  try {
    return await work()
  } finally {
    busy.value = new Set([...busy.value].filter(one => one !== id))
    void reload()
  }
}

const past: Record<keyof CaseChange, (row: CaseRow) => string> = {
  title: () => 'renamed',
  description: () => 'has a new description',
  priority: ({ priority }) => `has the priority ${priority === 'NOT_DEFINED' ? 'none' : priority}`,
  status: ({ status }) => `is ${caseStatusLabels[status].toLowerCase()}`,
  reason: () => 'has another reason',
  assignee: ({ assignee }) => (assignee ? `is assigned to ${assignee.name || assignee.handle}` : 'is assigned to nobody'),
  due: ({ due }) => (due ? `is due ${due}` : 'is not due any more'),
  archived: ({ archived }) => (archived ? 'archived' : 'is out of the archive'),
}

/** Why it was not taken. A form that was open for a while says what it began with, so that nobody's change is lost: `before`. */
export async function send(row: CaseRow, wanted: CaseChange, back?: CaseChange, before?: CaseChange): Promise<Failure | undefined> {
  const answer = await making(row, () => ask('changeCase', { id: row.id, version: row.version, change: wanted, ...(before && { before }) }))
  if (isFailure(answer)) return answer
  const [what] = Object.keys(wanted) as (keyof CaseChange)[]
  toasts.show({
    icon: Archive,
    text: `${row.key} ${past[what!](answer)}`,
    ...(back && { action: { label: 'Undo', icon: Undo2, keys: 'U', run: () => void change(answer, back) } }),
  })
  return undefined
}
/** The same where nothing is open that could say why not. */
export async function change(row: CaseRow, wanted: CaseChange, back?: CaseChange, before?: CaseChange): Promise<void> {
  const failure = await send(row, wanted, back, before)
  if (failure) toasts.fail(`${row.key} not changed: ${failure.error}`)
}

const standingOf = ({ status, reason }: CaseRow) => ({ status, ...(reason && { reason }) })
/** Close a case that stands as `from` says; why not, where it does not any more. */
export async function close(row: CaseRow, from: CaseRow, reason: CloseReason): Promise<Failure | undefined> {
  const failure = await send(row, { status: 'CLOSED', reason }, standingOf(from), standingOf(from))
  if (!failure) form.value = null
  return failure
}

export async function create(given: NewCase): Promise<Failure | undefined> {
  const made = await ask('createCase', { given, signals: [] })
  if (isFailure(made)) return made
  toasts.show({ icon: FolderPlus, text: `${made.key} created` })
  show({ do: undefined, case: made.id })
  void reload()
  return undefined
}
export async function unlink(row: CaseRow, thing: CaseThing): Promise<void> {
  const answer = await making(row, () => ask('unlinkFromCase', { id: row.id, kind: thing.type, thing: thing.id }))
  if (isFailure(answer)) return toasts.fail(`Not unlinked: ${answer.error}`)
  toasts.show({ icon: Unlink, text: `Unlinked from ${row.key}` })
}
export async function merge(row: CaseRow, into: CaseRow): Promise<Failure | undefined> {
  const answer = await making(row, () => ask('mergeCases', { id: into.id, others: [row.id] }))
  if (isFailure(answer)) return answer
  form.value = null
  toasts.show({
    icon: Merge,
    text: `${row.key} merged into ${into.key}`,
    action: { label: 'Split again', icon: Split, run: () => void split(answer, row.id) },
  })
  show({ case: into.id })
  return undefined
}
export async function split(row: CaseRow, part: string): Promise<void> {
  const answer = await making(row, () => ask('splitCase', { id: row.id, part }))
  if (isFailure(answer)) return toasts.fail(`Not split: ${answer.error}`)
  toasts.show({ icon: Split, text: `${answer.key} split from ${row.key}`, action: { label: 'Open', run: () => show({ case: answer.id }) } })
}

/** Save a case as a file; the page to print is one too, and has no script. */
export async function exportCase(row: CaseRow, format: CaseFileFormat): Promise<void> {
  const answer = await ask('caseFile', { id: row.id, format })
  if (isFailure(answer)) return toasts.fail(`${row.key} not exported: ${answer.error}`)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([answer.content], { type: answer.type }))
  link.download = answer.name
  link.click()
  // the browser has begun with it by then
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  toasts.show({ icon: Download, text: `${answer.name} saved` })
}
