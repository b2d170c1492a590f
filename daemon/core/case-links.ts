import { randomUUID } from 'node:crypto'
import type { Case, CaseLink } from '../../shared/case.ts'
import type { Person } from '../../shared/triage.ts'
import { refuseShut } from '../cases/change.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Store } from '../store/store.ts'
import { tellCases } from './case-files.ts'
import type { createCases } from './cases.ts'
import type { Write } from './writes.ts'

interface Options {
  store: Store
  write: Write
  inside: ReturnType<typeof createCases>['inside']
}
const mostLinks = 100

/** Links between cases and to other things, and who watches a case. */
export function createCaseLinks({ store, write, inside: { files } }: Options) {
  /** The cases of a link, with what each is linked to. */
  function endsOf({ parent_entity_type: a, parent_entity_id: parent, child_entity_type: b, child_entity_id: child }: CaseLink) {
    const caseAt = (type: string, id: string, other: string): [Case, string][] => (type === 'CASE' ? [[files.find(id), other]] : [])
    const nameOf = (type: string, id: string) => (type === 'CASE' ? files.find(id).key : `${type} ${id}`)
    return [...caseAt(a, parent, nameOf(b, child)), ...caseAt(b, child, nameOf(a, parent))]
  }
  function watch(ctx: WriteContext, which: string, uuid: string, change: (watchers: Person[], user: Person) => Person[]): null {
    return write(ctx, () => {
      const one = files.find(which)
      const user = store.users.get(uuid)
      if (!user) throw new Refusal(404, 'resource_not_found', 'user not found')
      const isKnown = one.watchers.some(watcher => watcher.uuid === uuid)
      // whoever was disabled can be taken off, and not put on
      if (user.disabled && !isKnown)
        throw new Refusal(400, 'unknown_user', `${user.handle} is disabled`, {
          problems: [{ field: 'user_uuid', message: 'is not a user of this daemon' }],
        })
      const watchers = change(one.watchers, { uuid, handle: user.handle, name: user.name })
      if (watchers.length === one.watchers.length) return { result: null }
      store.cases.put({ ...one, watchers }, 0)
      const isMore = watchers.length > one.watchers.length
      const message = isMore ? `${user.handle} watches the case` : `${user.handle} no longer watches the case`
      files.record(ctx, one, { action: 'modified', message, before: null, after: { watchers: watchers.map(({ handle }) => handle) } })
      return { result: null, tell: tellCases(one) }
    })
  }
  return {
    caseLinks: async (entity: string): Promise<CaseLink[]> => store.cases.linksOf(store.cases.get(entity)?.id ?? entity),
    createCaseLink: async (ctx: WriteContext, given: Omit<CaseLink, 'id'>): Promise<CaseLink> =>
      write(ctx, () => {
        // a case may be named by its key
        const idOf = (type: string, id: string) => (type === 'CASE' ? files.find(id).id : id)
        const link: CaseLink = {
          ...given,
          id: randomUUID(),
          parent_entity_id: idOf(given.parent_entity_type, given.parent_entity_id),
          child_entity_id: idOf(given.child_entity_type, given.child_entity_id),
        }
        if (link.parent_entity_id === link.child_entity_id) throw new Refusal(400, 'same_case', 'A case cannot be linked to itself')
        const known = store.cases.linksOf(link.parent_entity_id)
        if (known.some(one => one.child_entity_id === link.child_entity_id && one.relationship === link.relationship))
          throw new Refusal(409, 'exists', 'They are linked like this already')
        if (known.length >= mostLinks) throw new Refusal(400, 'too_many', `It has ${mostLinks} links, which is the most there may be`)
        const ends = endsOf(link)
        store.cases.addLink(link, store.nextSeq())
        const touched = ends.map(([one, entity]) => {
          refuseShut(one)
          return files.touch(ctx, one, 'linked', { to: { entity, relationship: link.relationship } })
        })
        return { result: link, tell: tellCases(...touched) }
      }),
    deleteCaseLink: async (ctx: WriteContext, id: string): Promise<null> =>
      write(ctx, () => {
        const link = store.cases.link(id)
        if (!link) throw new Refusal(404, 'resource_not_found', 'link not found')
        store.cases.removeLink(id)
        const touched = endsOf(link).map(([one, entity]) =>
          files.touch(ctx, one, 'unlinked', { to: { entity, relationship: link.relationship } }),
        )
        return { result: null, tell: tellCases(...touched) }
      }),
    watchCase: async (ctx: WriteContext, which: string, uuid: string): Promise<null> =>
      watch(ctx, which, uuid, (watchers, user) => (watchers.some(one => one.uuid === uuid) ? watchers : [...watchers, user])),
    unwatchCase: async (ctx: WriteContext, which: string, uuid: string): Promise<null> =>
      watch(ctx, which, uuid, watchers => watchers.filter(one => one.uuid !== uuid)),
    caseWatchers: async (which: string): Promise<Person[]> => files.find(which).watchers,
  }
}
