import { computed, effect, type ReadonlySignal } from '@preact/signals'
import { status } from './live.ts'
import type { Toasts } from './toast.tsx'

const reasons = { away: 'The daemon is away', readOnly: 'The daemon is read-only' }

/** The daemon is there, and writes nothing. */
export const isReadOnly = computed(() => status.value?.connection.state === 'live' && status.value.connection.readOnly === true)
/** Why nothing can be asked now; undefined while it can. */
export const away = computed(() => (status.value?.connection.state === 'live' ? undefined : reasons.away))
/** Why nothing can be changed now; undefined while it can. */
export const off = computed(() => away.value ?? (isReadOnly.value ? reasons.readOnly : undefined))

/** What was said of such a reason goes as soon as it holds no more. */
export function dismissOver(toasts: Toasts, why: ReadonlySignal<string | undefined> = off): () => void {
  let before: string | undefined
  return effect(() => {
    const over = before
    before = why.value
    if (over === undefined || over === before) return
    for (const { id, text } of toasts.all.peek()) if (text.includes(over)) toasts.dismiss(id)
  })
}
