import type { Intention } from '../../../shared/indicator.ts'
import type { AuthType, NewFeed, Via } from '../../feed-messages.ts'
import { isHead } from './csv-head.ts'

/** What is typed of a new feed. `authName` is the user or the header that the secret goes with. */
export type Form = Record<'name' | 'format' | 'category' | 'licence' | 'url' | 'hours' | 'text' | 'authName' | 'secret', string> & {
  intention: Intention
  auth: AuthType | ''
}
const typed = { name: '', format: 'netset', category: '', licence: '', url: '', hours: '24', text: '', authName: '', secret: '' }
export const blank: Form = { ...typed, intention: 'suspicious', auth: '' }

/** Where entries come from. */
export const origins = { file: 'A file', paste: 'Pasted text', url: 'A web address', taxii: 'A TAXII collection', misp: 'A MISP feed' }
export type From = keyof typeof origins

const vias: Partial<Record<From, Via>> = { url: 'file', taxii: 'taxii', misp: 'misp' }
/** The only format of such a source. */
export const formatOf: Partial<Record<From, string>> = { taxii: 'stix', misp: 'misp' }
export const isFetched = (from: From): boolean => vias[from] !== undefined

/** Members whose faults stand at their own control. */
export const said: ReadonlySet<string> = new Set(['name', 'format', 'category', 'licence', 'url'])

/** What still has to be said before it can be added. */
export function missingOf(
  form: Form,
  from: From,
  hasFile: boolean,
  head: readonly string[],
  columns: Record<string, number>,
): string | undefined {
  if (from === 'file' && !hasFile) return 'Choose a file first'
  if (from === 'paste' && form.text.trim() === '') return 'Paste its entries first'
  if (isFetched(from) && form.url.trim() === '') return 'Type its web address first'
  if (isFetched(from) && form.auth === 'basic' && form.authName.trim() === '') return 'Type the user first'
  if (isFetched(from) && form.auth === 'header' && form.authName.trim() === '') return 'Type the name of the header first'
  if (form.name.trim() === '') return 'Give it a name first'
  if (form.category.trim() === '') return 'Give it a category first'
  return head.length > 0 && columns['value'] === undefined ? 'Say which column holds the value first' : undefined
}

/** The feed that a form describes. */
export function feedOf(form: Form, from: From, head: readonly string[], columns: Record<string, number>): NewFeed {
  // a table without a header has its columns by number
  const named = isHead(head)
  const mapped = Object.entries(columns).map(([meaning, at]) => [meaning, named ? head[at]! : at + 1])
  const via = vias[from]
  const auth = form.auth !== '' && { auth: { type: form.auth, ...(form.auth !== 'bearer' && { name: form.authName.trim() }) } }
  return {
    name: form.name.trim(),
    format: formatOf[from] ?? form.format,
    category: form.category.trim(),
    intention: form.intention,
    ...(form.intention === 'benign' && { knownGood: true }),
    ...(form.licence.trim() && { licence: form.licence.trim() }),
    ...(via && { url: form.url.trim(), hours: Number(form.hours), via, ...auth }),
    ...(head.length > 0 && { columns: Object.fromEntries(mapped) }),
  }
}
