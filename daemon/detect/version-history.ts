import { z } from '@hono/zod-openapi'
import type { Json, JsonObject } from '../../shared/json.ts'
import { numberPaging, pageOf } from '../lib/paging.ts'
import { changesBetween } from './changes.ts'

const Change = z.object({
  field: z.string(),
  type: z.enum(['create', 'update', 'delete']),
  change: z.string(),
  x_local: z.object({ before: z.string() }),
})

/** Datadog's answer for the versions of a rule or a suppression, each under its number with what it changed. */
export const versionHistory = <K extends string, S extends z.ZodType>(type: string, key: K, schema: S) =>
  z.object({
    data: z.object({
      id: z.string(),
      type: z.literal(type),
      attributes: z.object({
        count: z.number(),
        data: z.record(
          z.string(),
          z.object({ changes: z.array(Change), [key]: schema } as { changes: z.ZodArray<typeof Change> } & Record<K, S>),
        ),
      }),
    }),
  })

export const historyPaging = z.object(numberPaging)

interface Version<R> {
  version: number
  /** What people decide about it: the part that is compared. */
  payload: JsonObject
  resource: R
}

/** A page of versions, newest first. The first version is told as one that nothing came before. */
export function historyOf<R>(all: readonly Version<R>[], paging: z.output<typeof historyPaging>) {
  const page = pageOf(
    all.map((one, i) => ({ ...one, before: all[i + 1]?.payload ?? {} })),
    paging,
  )
  return {
    count: all.length,
    versions: page.map(({ version, payload, before, resource }) => ({
      version: String(version),
      resource,
      changes: changesBetween(before, payload).map(change => ({
        field: change.field,
        type: change.type,
        change: text(change.after),
        x_local: { before: text(change.before) },
      })),
    })),
  }
}

const text = (value: Json | undefined): string => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value))
