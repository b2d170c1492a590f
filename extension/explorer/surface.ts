import { computed, effect, signal } from '@preact/signals'
import { status } from '../ui/live.ts'
import { createToasts } from '../ui/toast.tsx'

// What every section of the explorer shares.

export const toasts = createToasts()
export const helping = signal(false)
const away = 'The daemon is away'
/** Why nothing can be changed now; undefined while it can. */
export const off = computed(() => (status.value?.connection.state === 'live' ? undefined : away))

effect(() => {
  if (off.value === undefined) for (const { id, text } of toasts.all.peek()) if (text.includes(away)) toasts.dismiss(id)
})
