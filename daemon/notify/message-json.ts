import type { JsonObject } from '../../shared/json.ts'
import type { NoticeSignal } from '../../shared/notice.ts'
import type { Message } from '../lib/kinds.ts'

const iso = (time: number) => new Date(time).toISOString()

const signalJson = ({ timestamp, first_seen, last_seen, ...signal }: NoticeSignal): JsonObject => ({
  ...signal,
  rule: { ...signal.rule },
  timestamp: iso(timestamp),
  first_seen: iso(first_seen),
  last_seen: iso(last_seen),
})

/** A message as machines read it. */
export const messageJson = ({ id, why, rule, workflow, severity, title, text, signals, more, time }: Message): JsonObject => ({
  type: why === 'workflow' ? 'workflow.message' : `signal.${why}`,
  timestamp: iso(time),
  data: {
    ...{ id, severity, title, message: text, rule: rule && { ...rule }, signals: signals.map(signalJson), more_signals: more },
    ...(workflow && { workflow: { ...workflow } }),
  },
})
