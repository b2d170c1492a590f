import { z } from 'zod'
import { faultOf, longestTemplate, type Pivot, pivotKinds } from '../../shared/pivot.ts'
import { unseen } from '../../shared/unseen.ts'
import { openDocument, type Writing } from '../lib/document.ts'
import { Refusal } from '../lib/errors.ts'
import { checkVersion, versionOf } from '../lib/stale.ts'
import { defaultPivots } from './defaults.ts'

const most = 200

export const PivotName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .refine(name => !unseen.test(name), 'must not hold characters that are not seen')
/** What a link is; its template is looked at by itself, so that what is wrong with it has a place. */
export const PivotFields = {
  template: z.string().max(longestTemplate),
  kinds: z
    .array(z.enum(pivotKinds))
    .min(1)
    .transform(kinds => pivotKinds.filter(kind => kinds.includes(kind))),
  intranet: z.boolean().default(false),
  enabled: z.boolean().default(true),
}
const Stored = z.looseObject({ name: PivotName, ...PivotFields }).superRefine(({ template }, context) => {
  const fault = faultOf(template)
  if (fault) context.addIssue({ code: 'custom', path: ['template'], message: said(fault) })
})

const said = ({ message, at: [from] }: NonNullable<ReturnType<typeof faultOf>>) => `${message} (character ${from + 1})`

/** What a link was, and what it is. */
export interface PutPivot {
  before: Pivot | null
  after: Pivot
}

/** What tells one state of a link from another. */
export const versionOfPivot = ({ name, template, kinds, intranet, enabled }: Pivot): string =>
  versionOf({ name, template, kinds: [...kinds], intranet, enabled })

/** pivots.json: links of one's own, and what was changed of those that come along. */
const File = z.looseObject({ pivots: z.array(Stored).max(most).default([]) })

export type Pivots = Awaited<ReturnType<typeof openPivots>>
/** A link, whether it comes with Signalbox, and whether it was changed since. */
export type Listed = Pivot & { builtIn: boolean; changed: boolean }

const none = () => new Refusal(404, 'not_found', 'There is no such link')
const delivered = (name: string) => defaultPivots.find(pivot => pivot.name === name)

/** The links from values to other sites, a document that a person may edit. */
export async function openPivots(file: string) {
  const stored = await openDocument(file, File)
  /** One's own first, by name, then those that come along. */
  function all(kept: readonly Pivot[]): Listed[] {
    const own = kept.filter(({ name }) => !delivered(name)).sort((a, b) => (a.name < b.name ? -1 : 1))
    return [
      ...own.map(pivot => ({ ...pivot, builtIn: false, changed: false })),
      ...defaultPivots.map(pivot => {
        const changed = kept.find(({ name }) => name === pivot.name)
        return { ...(changed ?? pivot), builtIn: true, changed: changed !== undefined }
      }),
    ]
  }
  const find = (kept: readonly Pivot[], name: string) => all(kept).find(pivot => pivot.name === name)
  return {
    list: (): Listed[] => all(stored.current().pivots),
    isBuiltIn: (name: string): boolean => delivered(name) !== undefined,
    get(name: string): Listed {
      const pivot = find(stored.current().pivots, name)
      if (!pivot) throw none()
      return pivot
    },
    /** With a `version` only where it still is what that stands for; null: where there is none. */
    put(pivot: Pivot, version: string | null | undefined, how: Writing<PutPivot>): Promise<PutPivot> {
      const fault = faultOf(pivot.template)
      if (fault)
        throw new Refusal(400, 'bad_template', `The template ${said(fault)}`, {
          problems: [{ field: 'data.attributes.template', message: said(fault), at: fault.at }],
        })
      return stored.change(file => {
        const before = find(file.pivots, pivot.name) ?? null
        checkVersion('the link', before && versionOfPivot(before), version)
        const others = file.pivots.filter(({ name }) => name !== pivot.name)
        if (others.length >= most) throw new Refusal(409, 'too_many', `There are ${most} links. Delete one first.`)
        return { next: { ...file, pivots: [...others, { ...pivot, kinds: [...pivot.kinds] }] }, result: { before, after: pivot } }
      }, how)
    },
    /** Take one away; of one that comes along only what was changed of it. */
    remove: (name: string, how: Writing<Pivot>): Promise<Pivot> =>
      stored.change(file => {
        const pivot = file.pivots.find(one => one.name === name)
        if (!pivot && delivered(name)) throw new Refusal(409, 'built_in', 'It comes with Signalbox: switch it off instead')
        if (!pivot) throw none()
        return { next: { ...file, pivots: file.pivots.filter(one => one !== pivot) }, result: pivot }
      }, how),
  }
}
