import type { Severity } from './severity.ts'

/** What notification rules tell of: Datadog's names. Findings are none of ours, so rules about them never speak. */
export const triggerSources = ['security_signals', 'security_findings'] as const
/** Kinds of rules whose signals there are here. */
export const ownRuleTypes = ['log_detection', 'application_security', 'signal_correlation'] as const
/** Datadog's further kinds: known, so that a rule can be brought along, and without signals here. */
export const otherRuleTypes = [
  'workload_security',
  'cloud_configuration',
  'infrastructure_configuration',
  'application_code_vulnerability',
  'application_library_vulnerability',
  'attack_path',
  'container_image_vulnerability',
  'identity_risk',
  'misconfiguration',
  'api_security',
  'host_vulnerability',
  'iac_misconfiguration',
  'sast_vulnerability',
  'secret_vulnerability',
  'workload_activity',
  'sensitive_data',
  'serverless_function_code_vulnerability',
] as const

/** Text in the order in which it is read: what whoever wrote the template said, or what a signal said, which may be an attacker's. */
export type Piece = { own: string } | { given: string }

/** As much of a signal as leaves the daemon. Times are ms UTC. */
export interface NoticeSignal {
  id: string
  title: string
  severity: Severity
  rule: { id: string; name: string; type: string }
  timestamp: number
  first_seen: number
  last_seen: number
  events_matched: number
  entities: string[]
  services: string[]
  tags: string[]
}

/** Why somebody is told: a signal is new, has become more severe, somebody tries a rule or a channel out, or a step of a workflow says so. */
export const whys = ['opened', 'raised', 'test', 'workflow'] as const
export type Why = (typeof whys)[number]

/** What is told, ready to be written down for a channel. It never changes once it may have been sent. */
export interface Notice {
  why: Why
  /** The notification rule; null where a channel is tried out, or a workflow tells. */
  rule: { id: string; name: string } | null
  workflow?: { id: string; name: string }
  /** Of the most severe signal. */
  severity: Severity
  title: Piece[]
  text: Piece[]
  signals: NoticeSignal[]
  /** Signals of it that are not among `signals`. */
  more: number
  /** ms UTC */
  time: number
}

/** A notice on its way to one target. `id` is the same for each try, and for nothing else. */
export interface Delivery extends Notice {
  id: string
  target: string
}

export type DeliveryState = 'waiting' | 'sent' | 'dead'

/** A delivery as people see it. Times are ms UTC. */
export interface DeliveryStatus {
  id: string
  state: DeliveryState
  target: string
  rule: { id: string; name: string }
  why: Why
  severity: Severity
  /** Null where whoever asks may not see the signals. */
  title: string | null
  signals: string[]
  created: number
  tries: number
  /** When it is tried next; null where it is not. */
  due: number | null
  last_try: number | null
  error: string | null
}

export const fieldKinds = ['text', 'url', 'host', 'port', 'email', 'name', 'choice', 'token', 'signing_secret'] as const
/** One thing that a channel has to know. What is `secret` goes in and never comes out. */
export interface ChannelField {
  name: string
  label: string
  kind: (typeof fieldKinds)[number]
  hint?: string
  secret?: true
  optional?: true
  /** Of a `choice`. */
  choices?: readonly string[]
  /** Taken where nothing is said. */
  usual?: string
  /** Says where what is told goes to. A secret belongs to one such place, and is forgotten with it. */
  place?: true
}

/** What people say of a channel. */
export interface ChannelPayload {
  kind: string
  name: string
  enabled: boolean
  options: Record<string, string>
}

/** A way out for notices, as it is stored: without its secrets. Times are ms UTC. */
export interface Channel extends ChannelPayload {
  id: string
  version: number
  created: number
  updated: number
  creator: { handle: string; name: string }
  updater: { handle: string; name: string }
}

export const isChannelName = (text: string): boolean => /^[a-z0-9][a-z0-9_.-]{0,79}$/i.test(text)
