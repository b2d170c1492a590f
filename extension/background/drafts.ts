import type { Draft } from '../evidence-messages.ts'
import type { Area } from './vault.ts'

/** A draft with what makes each of its writes known when it comes twice. */
export type KeptDraft = Draft & { key: string }

/** Drafts that are kept beside each other: the browser holds 10 MB for as long as it runs. */
const most = 5

export interface Drafts {
  /** Keep a new one; the oldest of which nothing is being sent makes room. */
  add(draft: KeptDraft): Promise<void>
  get(id: string): Promise<KeptDraft | undefined>
  /** Change one that is still there. */
  change(id: string, to: Partial<KeptDraft>): Promise<void>
  drop(id: string): Promise<void>
  /** Those that were confirmed and are not known to be done. */
  sending(): Promise<KeptDraft[]>
  clear(): Promise<void>
}

/** Lines that were selected outlive the worker that read them, and what was confirmed is done by the next one. */
export function createDrafts(area: Area & { remove(key: string): Promise<void> }): Drafts {
  const keyOf = (id: string) => `draft:${id}`
  const ids = async (): Promise<string[]> => ((await area.get('drafts'))['drafts'] as string[] | undefined) ?? []
  const get = async (id: string) => (await area.get(keyOf(id)))[keyOf(id)] as KeptDraft | undefined
  let last: Promise<unknown> = Promise.resolve()
  // one after the other: storage has no transactions
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work)
    last = next.catch(() => {})
    return next
  }
  const remove = async (id: string) => {
    await area.set({ drafts: (await ids()).filter(other => other !== id) })
    await area.remove(keyOf(id))
  }
  async function makeRoom(): Promise<void> {
    const known = await ids()
    let over = known.length - most + 1
    for (const id of known) if (over > 0 && !(await get(id))?.sending && over--) await remove(id)
  }
  return {
    get,
    add: draft =>
      inTurn(async () => {
        await makeRoom()
        await area.set({ [keyOf(draft.id)]: draft, drafts: [...(await ids()), draft.id] })
      }),
    change: (id, to) =>
      inTurn(async () => {
        const draft = await get(id)
        if (draft) await area.set({ [keyOf(id)]: { ...draft, ...to } })
      }),
    drop: id => inTurn(() => remove(id)),
    async sending() {
      const all = await Promise.all((await ids()).map(get))
      return all.filter(draft => draft !== undefined).filter(({ sending }) => sending !== null)
    },
    clear: () =>
      inTurn(async () => {
        for (const id of await ids()) await remove(id)
      }),
  }
}
