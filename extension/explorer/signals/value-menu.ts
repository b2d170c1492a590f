import { Copy } from 'lucide'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { defang, readAddress } from '../../../shared/ip.ts'
import type { Choice } from '../../ui/menu.tsx'
import { pivotChoices } from '../pivots.tsx'
import { type Cause, respondChoices } from '../respond/choices.tsx'
import { toasts } from '../surface.ts'

/** How a press on a value changes what is searched for. */
export type Narrow = (path: string, value: string, mode: 'filter' | 'exclude') => void
export const Narrowing = createContext<Narrow>(() => {})
/** The signal that values are shown of. */
export const Because = createContext<Cause | undefined>(undefined)

export async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
  toasts.show({ icon: Copy, text: `Copied ${text.length > 60 ? `${text.slice(0, 60)}…` : text}` })
}

/** What can be done with a value of a signal: filter, exclude, copy; of an address, defanged too; block, let be; and `more`. */
export function useValueMenu(path: string, value: string, more?: { label: string; run(): void }): Choice[] {
  return valueMenu(useContext(Narrowing), path, value, { because: useContext(Because), more })
}

export const valueMenu = (
  narrow: Narrow,
  path: string,
  value: string,
  { because, more }: { because?: Cause | undefined; more?: { label: string; run(): void } | undefined },
): Choice[] => [
  { label: `Filter by ${path}:${value}`, show: 'Filter by it', onPick: () => narrow(path, value, 'filter') },
  { label: `Exclude ${path}:${value}`, show: 'Exclude it', onPick: () => narrow(path, value, 'exclude') },
  { label: `Copy ${value}`, show: 'Copy', onPick: () => void copy(value) },
  ...(readAddress(value) === undefined
    ? []
    : [{ label: `Copy ${defang(value)}`, show: 'Copy defanged', onPick: () => void copy(defang(value)) }]),
  ...respondChoices(path, value, because),
  ...pivotChoices(value),
  ...(more ? [{ label: more.label, apart: true, onPick: () => more.run() }] : []),
]
