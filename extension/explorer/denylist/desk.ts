import { signal } from '@preact/signals'
import { Ban, ShieldCheck, ShieldOff, Undo2, UserCheck } from 'lucide'
import { ask, isFailure } from '../../relay.ts'
import { saidLifted } from '../../respond/lifted.ts'
import { type BlockRow, type BlockSort, blockSorts, type PassForm, type PassRow, type RespondProtocol } from '../../respond-messages.ts'
import { whyNoBlock, whyNot } from '../../ui/may.ts'
import { createLoad } from '../load.ts'
import { createPages } from '../pages.ts'
import { place } from '../place.ts'
import { toasts } from '../surface.ts'

// What the section of the denylist knows and does. A row changes only when the daemon has answered.

/** As many as are asked for at once. */
const pageSize = 100
type Asked = Omit<RespondProtocol['denylist'][0], 'page' | 'size'>
/** Pages are as they are when they are looked at: blocks come and go. */
export const list = createPages<Asked, RespondProtocol['denylist'][1]>(pageSize, (asked, page) =>
  ask('denylist', { ...asked, page, size: pageSize }),
)
export const passes = createLoad('passlist')
/** Ids of what is being changed. */
export const busy = signal<ReadonlySet<string>>(new Set())

const lists = ['current', 'ended', 'passlist'] as const
export type ListName = (typeof lists)[number]
export const listName = (): ListName => lists.find(name => name === place.value.with['list']) ?? 'current'
export const sortOf = (asked: Readonly<Record<string, string>>): BlockSort =>
  blockSorts.find(sort => sort === asked['sort']) ?? '-created_at'

export const whyNoList = (): string | undefined => whyNot('appsec_protect_read')

/** What the place asks for, from its first row on. */
export async function load(): Promise<void> {
  if (whyNoList() !== undefined) return
  const asked = place.value.with
  if (listName() === 'passlist') return passes.load({})
  await list.load({ ended: listName() === 'ended', text: (asked['search'] ?? '').trim().slice(0, 512), sort: sortOf(asked) })
}
/** The same again, where somebody is in it. */
export function reload(): void {
  if (whyNoList() !== undefined) return
  if (listName() === 'passlist') void passes.load({})
  else list.refresh()
}

/** Why nothing can be done with an entry now; undefined while something can. */
export const offFor = (id: string): string | undefined => (busy.value.has(id) ? 'Pending: sent, not answered yet' : whyNoBlock())

async function making<T>(id: string, work: () => Promise<T>): Promise<T> {
  busy.value = new Set([...busy.value, id])
  try {
    return await work()
  } finally {
    busy.value = new Set([...busy.value].filter(one => one !== id))
    reload()
  }
}

/** Lift a block; undone, what was left of it begins anew. */
export async function lift(row: BlockRow, reason = ''): Promise<void> {
  const { id, value } = row
  const answer = await making(id, () => ask('liftBlock', { id, reason }))
  if (isFailure(answer)) return toasts.fail(`${value} not lifted: ${answer.error}`)
  const text = saidLifted(row, answer.others, Date.now())
  toasts.show({ icon: ShieldOff, text, action: { label: 'Undo', icon: Undo2, keys: 'U', run: () => void blockAgain(row) } })
}
/** What is left of a block that has ended begins anew; why it does not, where it does not. */
export async function restore({ kind, value, until, duration, reason, signal: because, state }: BlockRow): Promise<string | undefined> {
  const left = until === null ? (state === 'waiting' ? duration : null) : Math.max(1000, until - Date.now())
  const asked = {
    duration: left === null ? 'permanent' : `${Math.ceil(left / 1000)}s`,
    reason,
    ...(because !== null && { signal: because }),
  }
  // whoever lifted it knew what the guard had said of it
  const answer = await ask('block', { targets: [{ kind, value, confirm: value }], ...asked })
  reload()
  return isFailure(answer) ? answer.error : answer.refused[0]?.reason
}
async function blockAgain(row: BlockRow): Promise<void> {
  const why = await restore(row)
  if (why !== undefined) toasts.fail(`${row.value} not blocked again: ${why}`)
  else toasts.show({ icon: Ban, text: `${row.value} on the denylist again` })
}

export async function approve({ id, version, value }: BlockRow): Promise<void> {
  const answer = await making(id, () => ask('approveBlock', { id, version }))
  if (isFailure(answer)) toasts.fail(`${value} not approved: ${answer.error}`)
  else toasts.show({ icon: UserCheck, text: `${value} on the denylist: you agreed` })
}

export const formOf = ({ addresses, trusted, description, reason, until }: PassRow): PassForm => ({
  ...{ addresses, trusted, description, reason, until },
})

/** Take somebody off the passlist, which can be undone where all of it is known here. */
export async function removePass(row: PassRow): Promise<boolean> {
  const { id, description, narrow, until } = row
  const answer = await making(id, () => ask('removePass', { id }))
  if (isFailure(answer)) {
    toasts.fail(`“${description}” not taken off: ${answer.error}`)
    return false
  }
  const again = async () => {
    // what is wide in it was typed when it was put there
    const back = await ask('addToPasslist', { form: formOf(row), confirm: row.addresses })
    if (isFailure(back)) toasts.fail(`“${description}” not put back: ${back.error}`)
    reload()
  }
  const canUndo = !narrow && row.enabled && (until === null || until > Date.now())
  toasts.show({
    icon: ShieldCheck,
    text: `“${description}” is not spared any more`,
    ...(canUndo && { action: { label: 'Undo', icon: Undo2, keys: 'U', run: () => void again() } }),
  })
  return true
}
