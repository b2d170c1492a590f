import { signal } from '@preact/signals'
import type { Push, Settings, Status } from '../messages.ts'
import { ask, isFailure, onPush } from '../relay.ts'
import { defaultSettings, dress } from '../settings.ts'

/** What the connection is, as the background last told; null until it has. For popup and options. */
export const status = signal<Status | null>(null)
export const settings = signal<Settings>(defaultSettings)

function wear(chosen: Settings) {
  settings.value = chosen
  dress(document.documentElement, chosen)
}

/** Keep `status` and `settings` as the background tells them, and pass on what signals changed. */
export function follow(changed: (push: Extract<Push, { type: 'changed' }>) => void = () => {}): void {
  onPush(push => {
    if (push.type === 'status') status.value = push.status
    if (push.type === 'settings') wear(push.settings)
    if (push.type === 'changed') changed(push)
  })
  void ask('settings', {}).then(answer => isFailure(answer) || wear(answer))
  void ask('status', {}).then(answer => {
    if (!isFailure(answer)) status.value ??= answer
  })
}

/** Change settings here and in every open page of the extension. */
export async function choose(changes: Partial<Settings>): Promise<void> {
  const answer = await ask('setSettings', changes)
  if (!isFailure(answer)) wear(answer)
}
