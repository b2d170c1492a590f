import { signal } from '@preact/signals'
import { dismissOver } from '../ui/off.ts'
import { createToasts } from '../ui/toast.tsx'

// What every section of the explorer shares.

export const toasts = createToasts()
export const helping = signal(false)

dismissOver(toasts)
