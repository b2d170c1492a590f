import type { Seen } from '../messages.ts'

const counted = 'What is part of an open signal is counted there alone'

/** `2 known bad, 3 in open signals here`; nothing where there is neither. Only what is known bad is red. */
export function Known({ bad, signals, when }: Seen & { when: 'here' | 'now' }) {
  if (bad === 0 && signals === 0) return null
  return (
    <span class="known" title={counted}>
      {bad > 0 && <strong>{bad} known bad</strong>}
      {bad > 0 && signals > 0 && ', '}
      {signals > 0 && `${signals} in open signals`} {when}
    </span>
  )
}
