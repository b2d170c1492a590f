import type { z } from 'zod'
import type { JsonObject } from '../../shared/json.ts'
import type { WriteContext } from './actor.ts'
import { openDocument, type Trail, type Writing, writing } from './document.ts'
import { Refusal } from './errors.ts'
import { checkVersion } from './stale.ts'

/** What something was, and what it is. */
export interface Put<T> {
  before: T | null
  after: T
}

/** Things in a document that people may edit, each put and taken away under its name; `list` is the member that holds them. */
export async function openNamed<K extends string, T extends { name: string }>(
  file: string,
  schema: z.ZodType<Record<K, readonly T[]>>,
  how: {
    list: K
    /** What one is called: `the link`. */
    what: string
    most: number
    /** Why there cannot be one more. */
    full: string
    versionOf(one: T): string
    /** Why one that is not kept cannot be taken away. */
    none(name: string): Refusal
    /** What is there under a name, where that is more than what is kept. */
    find?(kept: readonly T[], name: string): T | undefined
  },
) {
  const { list, what, most, full, versionOf, none, find = (kept, name) => kept.find(one => one.name === name) } = how
  const stored = await openDocument(file, schema)
  return {
    kept: (): readonly T[] => stored.current()[list],
    /** With a `version` only where it still is what that stands for; null: where there is none. */
    put: (next: T, version: string | null | undefined, how: Writing<Put<T>>): Promise<Put<T>> =>
      stored.change(file => {
        const before = find(file[list], next.name) ?? null
        checkVersion(what, before && versionOf(before), version)
        const others = file[list].filter(({ name }) => name !== next.name)
        if (others.length >= most) throw new Refusal(409, 'too_many', full)
        return { next: { ...file, [list]: [...others, next] }, result: { before, after: next } }
      }, how),
    remove: (name: string, how: Writing<T>): Promise<T> =>
      stored.change(file => {
        const one = file[list].find(one => one.name === name)
        if (!one) throw none(name)
        return { next: { ...file, [list]: file[list].filter(other => other !== one) }, result: one }
      }, how),
  }
}

/** How something is put under a name, and the audit trail's words for it: `called` is what follows “changed the”. */
export const putting = <T extends { name: string }>(
  ctx: WriteContext,
  trail: Trail,
  { type, name, called, attributesOf }: { type: string; name: string; called: string; attributesOf(one: T): JsonObject },
): Writing<Put<T>> =>
  writing(ctx, trail, ({ before, after }: Put<T>) => ({
    action: before ? 'modified' : 'created',
    asset: { type, id: name, name },
    message: `${before ? 'changed' : 'added'} the ${called}`,
    before: before && attributesOf(before),
    after: attributesOf(after),
  }))
