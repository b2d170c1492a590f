import { computed, signal } from '@preact/signals'
import { status } from '../ui/live.ts'
import { createToasts } from '../ui/toast.tsx'

// What every section of the explorer shares.

export const toasts = createToasts()
export const helping = signal(false)
/** Why nothing can be changed now; undefined while it can. */
export const off = computed(() => (status.value?.connection.state === 'live' ? undefined : 'The daemon is away'))
