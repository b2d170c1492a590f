import type { Target } from '../respond-messages.ts'

// What the window of the dialog is opened about, as its address has it.

export interface Asked {
  targets: readonly Target[]
  signal?: string
}

const most = 100

export function hashOf({ targets, signal }: Asked): string {
  const pairs = targets.slice(0, most).map(({ kind, value }) => [kind, value] as [string, string])
  return `#${new URLSearchParams([...pairs, ...(signal === undefined ? [] : [['signal', signal]])])}`
}

export function readHash(hash: string): Asked {
  const asked = new URLSearchParams(hash.replace(/^#/, ''))
  const targets = [...asked].flatMap(([kind, value]) =>
    (kind === 'ip' || kind === 'user') && value !== '' && value.length <= 512 ? [{ kind, value } as const] : [],
  )
  const signal = asked.get('signal')
  return { targets: targets.slice(0, most), ...(signal !== null && /^[\w-]{1,100}$/.test(signal) && { signal }) }
}
