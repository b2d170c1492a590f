import { signal } from '@preact/signals'
import type { PassForm, Target } from '../../respond-messages.ts'
import { whyNoBlock } from '../../ui/may.ts'
import { toasts } from '../surface.ts'

// What people are asked about before something is blocked or let be, wherever it was asked for.

export interface BlockAsked {
  targets: readonly Target[]
  /** The signal that it is because of. */
  signal?: string
  /** Its title, shown. */
  from?: string
  reason?: string
  done?(): void
}
/** The dialog that blocks is open while there is something. */
export const blocking = signal<BlockAsked | null>(null)

/** Ask for how long and why, and then block: addresses, ranges and users alike. */
export function block(asked: BlockAsked): void {
  const why = whyNoBlock()
  if (why !== undefined) toasts.fail(`Not blocked: ${why}`)
  else if (asked.targets.length > 0) blocking.value = asked
}

/** Addresses that are to be let be, and whether they are still watched; with an id, what is already on the list. */
export interface PassAsked extends Partial<PassForm> {
  addresses: string[]
  trusted: boolean
  id?: string
}
/** The dialog of the passlist is open while there is something. */
export const passing = signal<PassAsked | null>(null)
export function pass(asked: PassAsked): void {
  const why = whyNoBlock()
  if (why !== undefined) toasts.fail(`Not changed: ${why}`)
  else passing.value = asked
}
