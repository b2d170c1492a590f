import type { Figures } from '../../setup-messages.ts'
import { rateText, spanText } from './span.ts'

interface Measure {
  id: string
  label: string
  /** How it is counted, in a sentence. */
  means: string
  /** Null where there is nothing to tell. */
  tell(of: Figures): string | null
  more?(of: Figures): string
}

const ninety = (ms: number | null) => (ms === null ? '' : `90 % within ${spanText(ms)}`)
const span = (ms: number | null) => (ms === null ? null : spanText(ms))
const share = (part: number, of: number) => (of === 0 ? '' : `${rateText(part / of)} of all`)
const plain = (count: number) => count.toLocaleString('en')

/** What is told of triage, and what each of it means. */
export const measures: readonly Measure[] = [
  { id: 'signals', label: 'Signals', means: 'Signals that were made in that time.', tell: ({ signals }) => plain(signals) },
  {
    id: 'acknowledged',
    label: 'Acknowledged',
    means: 'Signals that somebody moved out of open, gave to somebody or snoozed.',
    tell: ({ acknowledged }) => plain(acknowledged),
    more: ({ acknowledged, signals }) => share(acknowledged, signals),
  },
  {
    id: 'resolved',
    label: 'Archived',
    means: 'Signals that are archived now.',
    tell: ({ resolved }) => plain(resolved),
    more: ({ resolved, signals }) => share(resolved, signals),
  },
  {
    id: 'ack',
    label: 'Time to acknowledge',
    means: 'Median from when a signal was made until somebody first moved, assigned or snoozed it; of those where that happened.',
    tell: ({ toAcknowledge }) => span(toAcknowledge.median),
    more: ({ toAcknowledge }) => ninety(toAcknowledge.p90),
  },
  {
    id: 'resolve',
    label: 'Time to resolve',
    means: 'Median from when a signal was made until it was archived; of those that are archived now.',
    tell: ({ toResolve }) => span(toResolve.median),
    more: ({ toResolve }) => ninety(toResolve.p90),
  },
  {
    id: 'false',
    label: 'False positives',
    means: 'Archived as false positive, of all that are archived.',
    tell: ({ falsePositiveRate }) => (falsePositiveRate === null ? null : rateText(falsePositiveRate)),
    more: ({ falsePositives, resolved }) => (resolved === 0 ? '' : `${plain(falsePositives)} of ${plain(resolved)}`),
  },
  {
    id: 'overdue',
    label: 'Overdue',
    means: 'Not taken up, or not archived, by the due time of their severity.',
    tell: ({ overdue }) => plain(overdue),
    more: ({ overdue, signals }) => share(overdue, signals),
  },
]
