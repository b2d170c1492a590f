import { z } from 'zod'
import { faultOf, longestTemplate, type Pivot, pivotKinds } from '../../shared/pivot.ts'
import { unseen } from '../../shared/unseen.ts'
import type { Writing } from '../lib/document.ts'
import { Refusal } from '../lib/errors.ts'
import { openNamed, type Put } from '../lib/named.ts'
import { versionOf } from '../lib/stale.ts'
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

/** The links from values to other sites, a document that a person may edit. Of one that comes along, only what was changed of it is kept. */
export async function openPivots(file: string) {
  const { kept, put, remove } = await openNamed<'pivots', Pivot>(file, File, {
    list: 'pivots',
    what: 'the link',
    most,
    full: `There are ${most} links. Delete one first.`,
    versionOf: versionOfPivot,
    find,
    none: name => (delivered(name) ? new Refusal(409, 'built_in', 'It comes with Signalbox: switch it off instead') : none()),
  })
  return {
    list: (): Listed[] => all(kept()),
    isBuiltIn: (name: string): boolean => delivered(name) !== undefined,
    get(name: string): Listed {
      const pivot = find(kept(), name)
      if (!pivot) throw none()
      return pivot
    },
    put(pivot: Pivot, version: string | null | undefined, how: Writing<Put<Pivot>>): Promise<Put<Pivot>> {
      const fault = faultOf(pivot.template)
      if (fault)
        throw new Refusal(400, 'bad_template', `The template ${said(fault)}`, {
          problems: [{ field: 'data.attributes.template', message: said(fault), at: fault.at }],
        })
      return put(pivot, version, how)
    },
    remove,
  }
}
