import { randomUUID } from 'node:crypto'
import { builtInTypes, type CaseProject, type CaseType, defaultProject } from '../../shared/case.ts'
import type { WantedType } from '../cases/kind-routes.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Store } from '../store/store.ts'
import type { Audit, Write } from './writes.ts'

interface Options {
  store: Store
  write: Write
  audit: Audit
  now: () => number
}
/** Most projects that there may be, and most types. */
const most = 200

const field = (path: string, message: string) => ({ problems: [{ field: path, message }] })
const taken = (what: string, at: string) => new Refusal(409, 'exists', what, field(`data.attributes.${at}`, 'is taken'))
const tooMany = (what: string) => new Refusal(400, 'too_many', `There are ${most} ${what}, which is the most there may be`)

/** Projects and types of cases. `inside` finds those that a case may be made of. */
export function createCaseKinds({ store, write, audit, now }: Options) {
  const inList = (which: string) => store.cases.projects().find(({ id, key }) => id === which || key === which)
  const types = () => store.cases.types().filter(({ deleted_at }) => deleted_at === undefined)
  /** A project that somebody names in the path. */
  function project(which: string): CaseProject {
    const found = inList(which)
    if (found) return found
    throw new Refusal(404, 'resource_not_found', 'project not found')
  }
  /** A type that somebody made, named in the path. */
  function ownType(id: string): CaseType {
    const found = types().find(type => type.id === id)
    if (!found) throw new Refusal(404, 'resource_not_found', 'case type not found')
    if (builtInTypes.includes(found)) throw new Refusal(400, 'built_in', `${found.name} is always there and stays as it is`)
    return found
  }
  function refuseSameName(name: string, but?: string): void {
    if (types().some(type => type.id !== but && type.name.toLowerCase() === name.toLowerCase()))
      throw taken(`There is a type of case called ${name}`, 'name')
  }
  const noteProject = (ctx: WriteContext, did: string, { id, name }: CaseProject, before: object | null, after: object | null) =>
    note(ctx, 'case_project', did, { id, name }, before, after)
  const noteType = (ctx: WriteContext, did: string, before: CaseType | null, after: CaseType | null) =>
    note(ctx, 'case_type', `${did} the type of case ${(after ?? before!).name}`, (after ?? before)!, saidOf(before), saidOf(after))
  function note(
    ctx: WriteContext,
    type: string,
    message: string,
    { id, name }: { id: string; name: string },
    before: object | null,
    after: object | null,
  ): void {
    const action = before === null ? 'created' : after === null ? 'deleted' : 'modified'
    audit(ctx, { action, asset: { type, id, name }, message, before: before && { ...before }, after: after && { ...after } })
  }

  return {
    inside: {
      projectOf(which: string): CaseProject {
        const found = inList(which)
        if (found) return found
        throw new Refusal(
          400,
          'unknown_project',
          `There is no project ${which}`,
          field('data.relationships.project.data.id', 'is not a project'),
        )
      },
      typeOf(id: string): CaseType {
        const found = types().find(type => type.id === id)
        if (found) return found
        throw new Refusal(400, 'unknown_type', `There is no type of case ${id}`, field('data.attributes.type_id', 'is not a type of case'))
      },
    },
    calls: {
      caseProjects: async (): Promise<CaseProject[]> => store.cases.projects(),
      createCaseProject: async (ctx: WriteContext, { key, name }: { key: string; name: string }): Promise<CaseProject> =>
        write(ctx, () => {
          const known = store.cases.projects()
          if (known.some(one => one.key === key)) throw taken(`A project with the key ${key} exists`, 'key')
          if (known.length >= most) throw tooMany('projects')
          const made: CaseProject = { id: randomUUID(), key, name, created_at: now() }
          store.cases.addProject(made)
          noteProject(ctx, `created the project ${key}`, made, null, { key, name })
          return { result: made }
        }),
      changeCaseProject: async (ctx: WriteContext, which: string, { name }: { name?: string }): Promise<CaseProject> =>
        write(ctx, () => {
          const before = project(which)
          if (name === undefined || name === before.name) return { result: before }
          const after = { ...before, name }
          store.cases.putProject(after)
          noteProject(ctx, `renamed the project ${before.key}`, after, { name: before.name }, { name })
          return { result: after }
        }),
      deleteCaseProject: async (ctx: WriteContext, which: string): Promise<null> =>
        write(ctx, () => {
          const gone = project(which)
          if (gone.id === defaultProject.id) throw new Refusal(400, 'built_in', `${gone.key} is where cases go by themselves: it stays`)
          const count = store.cases.inProject(gone.id)
          if (count > 0)
            throw new Refusal(409, 'not_empty', `${gone.key} has ${count === 1 ? 'a case' : `${count} cases`}, which would be lost with it`)
          store.cases.removeProject(gone.id)
          noteProject(ctx, `deleted the project ${gone.key}`, gone, { key: gone.key, name: gone.name }, null)
          return { result: null }
        }),
      caseTypes: async (): Promise<CaseType[]> => types(),
      createCaseType: async (ctx: WriteContext, wanted: WantedType): Promise<CaseType> =>
        write(ctx, () => {
          refuseSameName(wanted.name)
          if (types().length >= most) throw tooMany('types of cases')
          const made = withWanted({ id: randomUUID(), name: '', description: '', needsReason: false }, wanted)
          store.cases.putType(made)
          noteType(ctx, 'created', null, made)
          return { result: made }
        }),
      changeCaseType: async (ctx: WriteContext, id: string, wanted: WantedType): Promise<CaseType> =>
        write(ctx, () => {
          const before = ownType(id)
          refuseSameName(wanted.name, id)
          const after = withWanted(before, wanted)
          if (JSON.stringify(after) === JSON.stringify(before)) return { result: before }
          store.cases.putType(after)
          noteType(ctx, 'changed', before, after)
          return { result: after }
        }),
      deleteCaseType: async (ctx: WriteContext, id: string): Promise<null> =>
        write(ctx, () => {
          const gone = ownType(id)
          store.cases.putType({ ...gone, deleted_at: now() })
          noteType(ctx, 'deleted', gone, null)
          return { result: null }
        }),
    },
  }
}

/** What was not said stays. */
const withWanted = (type: CaseType, { needs_reason: needsReason = type.needsReason, ...wanted }: WantedType): CaseType => ({
  ...type,
  ...wanted,
  needsReason,
})
const saidOf = (type: CaseType | null) =>
  type && {
    name: type.name,
    description: type.description,
    needs_reason: type.needsReason,
    ...(type.emoji !== undefined && { emoji: type.emoji }),
  }
