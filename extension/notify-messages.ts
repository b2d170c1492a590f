import type { ChannelField, Why } from '../shared/notice.ts'
import type { Severity } from '../shared/severity.ts'

// What the explorer asks about who is told of which signals, and how. Times are ms UTC.

/** What people decide about a notification rule. No severities, and no types, mean all of them. */
export interface NotifyForm {
  name: string
  enabled: boolean
  severities: string[]
  ruleTypes: string[]
  query: string
  targets: string[]
  /** Seconds; 0: each signal by itself. */
  aggregation: number
  title: string
  message: string
}
export interface NotifyRule extends NotifyForm {
  id: string
  version: number
  /** Why it tells nobody, or not all whom it names. */
  doubts: string[]
  changedAt: number
  changedBy: string
}

export interface NotifyPreview {
  count: number
  /** Time was up before everything was looked at. */
  cut: boolean
  /** It is written for a signal that never was: none matches. */
  madeUp: boolean
  written: { target: string; title: string; text: string }[]
  variables: string[]
  signals: { id: string; title: string; severity: Severity }[]
}

export interface ChannelKind {
  kind: string
  label: string
  target: 'name' | 'address' | 'kind'
  builtIn: boolean
  fields: ChannelField[]
}
export interface ChannelRow {
  id: string
  kind: string
  name: string
  target: string
  enabled: boolean
  options: Record<string, string>
  /** Whether each is there. */
  secrets: Record<string, boolean>
  version: number
}
export interface ChannelForm {
  kind: string
  name: string
  enabled: boolean
  options: Record<string, string>
  /** Those that change; null forgets one. */
  secrets: Record<string, string | null>
}

/** A notification that was given up. */
/** What could not be delivered: given up, or still to be tried again. */
export interface DeadLetter {
  id: string
  target: string
  rule: string
  why: Why
  severity: Severity
  /** Null where whoever asks may not see the signals. */
  title: string | null
  created: number
  tries: number
  lastTry: number | null
  /** When it is tried next; null where it was given up. */
  due: number | null
  error: string
}

export interface NotifyProtocol {
  notifyRules: [object, { rules: NotifyRule[] }]
  /** Without an id a new one. */
  saveNotifyRule: [{ id?: string; version?: number; rule: NotifyForm }, NotifyRule]
  switchNotifyRule: [{ id: string; version: number; on: boolean }, NotifyRule]
  deleteNotifyRule: [{ id: string }, object]
  previewNotifyRule: [{ rule: NotifyForm }, NotifyPreview]
  /** Tell its targets, as a test; those that could not be told. */
  testNotifyRule: [{ rule: NotifyForm }, { errors: { target: string; message: string }[] }]
  channels: [object, { channels: ChannelRow[]; kinds: ChannelKind[] }]
  saveChannel: [{ id?: string; version?: number; channel: ChannelForm }, ChannelRow]
  deleteChannel: [{ id: string }, object]
  testChannel: [{ id: string; recipient?: string }, { error: string | null }]
  /** What was given up, and in front of it what has failed so far. */
  deadLetters: [object, { letters: DeadLetter[]; counts: { waiting: number; sent: number; dead: number } }]
  sendAgain: [{ ids: string[] }, object]
  discardLetters: [{ ids: string[] }, object]
}
