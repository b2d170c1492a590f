import type { z } from 'zod'
import type { CasePriority } from '../../shared/case.ts'
import type { BlockKind, DenylistEntry } from '../../shared/denylist.ts'
import type { IncidentSeverity } from '../../shared/incident.ts'
import type { Indicator } from '../../shared/indicator.ts'
import type { Json, JsonObject } from '../../shared/json.ts'
import type { ChannelField, Delivery } from '../../shared/notice.ts'
import type { Permission } from '../../shared/permissions.ts'
import type { Aggregation, RulePayload } from '../../shared/rule.ts'
import type { RuleOptions } from '../../shared/rule-options.ts'
import type { Severity } from '../../shared/severity.ts'
import type { ArchiveReason, State } from '../../shared/triage.ts'
import type { AddressGuard } from './address-guard.ts'
import type { Outbound } from './outbound.ts'

// The ways to extend the daemon. Each is one file in the folder named here, and one line in that folder's index.ts.

/** What a log format makes of one line. What it leaves out, intake fills in from the sender's words and the clock. */
export interface ParsedLog {
  /** ms UTC */
  timestamp?: number
  message: string
  status?: string
  host?: string
  service?: string
  source?: string
  tags?: string[]
  attributes: JsonObject
}

export interface ReadContext {
  /** ms UTC: a timestamp without a year takes the latest year that is not after this. */
  now: number
  /** Minutes east of UTC for timestamps that name no zone. */
  zone: number
}

/** intake/log-formats: how one kind of line is read. `read` answers undefined for a line that only looked like its own. */
export interface LogFormat {
  name: string
  /** Asked in the list's order when the sender names no format; must be cheap and must not throw. */
  recognises(line: string): boolean
  read(line: string, context: ReadContext): ParsedLog | undefined
}

/**
 * Which column or member of a feed's rows holds what: by its name, or by its number from 1 where no row names the columns. Names other than
 * these are kept as additional data.
 */
export type Columns = Readonly<Record<string, string | number>> & { readonly value: string | number }

/** What a feed holds, with what was said of its form. */
export interface FeedContent {
  bytes: Uint8Array
  text(): string
  columns?: Columns | undefined
}

/** intel/feed-formats: how one kind of threat feed is read. */
export interface FeedFormat {
  name: string
  /** Such lists hold what is known to be good: they downgrade what other feeds say, and accuse nobody. */
  knownGood?: true
  /**
   * Yields entries as written and tells `skip` of each that is none: the number of its line from 1, or what it is called. Throws a Refusal where
   * the content as a whole is not of its kind, which may be known only at the end: nothing may be used before the last entry is there.
   */
  read(content: FeedContent, skip: (where: number | string, why: string) => void): Iterable<Indicator>
}

/** Room that many share: for a number of things, or for things of a size. */
export interface Room {
  /** Take room for one thing, or for as much as `size`; false where there is not that much left. */
  take(size?: number): boolean
  /** Take room without asking: it was found once. */
  keep(size?: number): void
  give(size: number): void
}

/** A log that matched at least one query of a rule, as one of the rule's groups sees it. */
export interface Hit {
  /** Event time, ms UTC. */
  time: number
  /**
   * The queries that it matched by index, each with what the query's aggregation takes from it: numbers, for `cardinality`, `new_value` and
   * `none` ones that stand for values. `seen` are the values themselves where a method tells of them.
   */
  queries: { index: number; amounts: readonly number[]; seen?: readonly Json[] }[]
}

/** What a stretch of time holds; `first` and `last` are event times, ms UTC, `counts` are logs by query. */
export interface Tally {
  first: number
  last: number
  events: number
  counts: number[]
}

/** A window at which a rule's cases are asked: `values` by query. */
export interface Moment {
  /** Start of the window and time of its last log, ms UTC. */
  from: number
  time: number
  values: readonly number[]
  /** What the conditions are about, where that is not `values`. */
  asked?: readonly number[]
  /** What the method saw that made it speak up. */
  evidence?: JsonObject
  /** A signal opens here and takes these logs. */
  take(): Tally
}

/** What a log came to. */
export interface Added {
  /** As much of the log as a signal would count; undefined: the log is none of a signal's business. */
  hit: Hit | undefined
  /** The windows that it changed, oldest first. */
  moments: Moment[]
  /** Nothing that is saved has changed. */
  same?: boolean
}

/** What a method remembers of one group. Times are event times, ms UTC. */
export interface Memory {
  add(hit: Hit): Added
  /** The signal that is open has taken the logs around `time`. */
  take(time: number): void
  /** The first logs after `time` that no signal has taken. */
  next(time: number): Tally | undefined
  /**
   * No log at or before `time` will come any more: drop what only they could need; true once nothing is left. After a restart this may be
   * the first that a memory hears of a time, or not: what `add` answers must not depend on when and how often it is called.
   */
  forget(time: number): boolean
  /** Give back all room. */
  close(): void
  /** What `start` takes again after a restart. */
  save(): Json
}

/** Notes what is wrong with a rule, by the path of the field. */
export type Wrong = (field: string, message: string, at?: readonly [from: number, to: number]) => void

/** A rule as its method sees it: the window in ms, names and aggregations by query. */
export interface Plan {
  options: RuleOptions
  window: number
  names: readonly string[]
  aggregations: readonly Aggregation[]
}

/**
 * detect/methods: a way of deciding that logs matter. `prepare` runs once a rule; the function that it answers runs once a group and keeps
 * that group's memory.
 */
export interface Method {
  name: string
  aggregations: readonly Aggregation[]
  /** Whether a rule has exactly one query. */
  single?: boolean
  /** What the conditions of cases name, where that is not the queries. */
  names?(options: RuleOptions): string[]
  /** How far back one judgement looks, ms; else the evaluation window. 0: at each log by itself. */
  window?(options: RuleOptions): number
  /** What is wrong with a rule beyond what is wrong with any. */
  check?(rule: RulePayload, wrong: Wrong): void
  prepare(plan: Plan): (room: Room, saved?: Json) => Memory
}

/** respond/lists: a form in which the denylist can be fetched. */
export interface ListFormat {
  name: string
  contentType: string
  /** What an enforcer with such a list can keep out. */
  holds: { v4: boolean; v6: boolean; ranges: boolean; users: boolean | 'a line each' }
  /** Entries that it holds, in the order in which they came into force; `now` is ms UTC. */
  write(entries: readonly Pick<DenylistEntry, 'id' | 'kind' | 'value' | 'until' | 'reason' | 'created_at'>[], now: number): string
}

/** What an enforcer that is told came to hold. */
export interface Pushed {
  /** Of what is wanted: what is there because of us, and what somebody else had put there. */
  ours: string[]
  theirs: string[]
  /** What there is no room for. */
  left: string[]
}

/** What is wanted of an enforcer, and how to reach it. */
export interface Pushing<O> {
  options: O
  secrets: Readonly<Record<string, string>>
  /** Addresses and blocks that it can hold by their kind, the oldest first. */
  wanted: readonly string[]
  /** What may be there because of us. Nothing else is ever taken away. */
  ours: ReadonlySet<string>
  /** Called before values are added: it resolves once it is on disk that they are ours. */
  adding(values: readonly string[]): Promise<unknown>
  outbound: Outbound
  /** Resolves after so many ms, or rejects when it all has to end. */
  wait(ms: number): Promise<void>
  signal: AbortSignal
}

/** respond/enforcers: who is told what is blocked, since it does not ask. */
export interface Enforcer<S extends z.ZodObject = z.ZodObject> {
  kind: string
  label: string
  /** What it has to know, each a text. */
  options: S
  /** Names of the secrets that it may have. */
  secrets: readonly string[]
  holds(options: z.output<S>): ListFormat['holds']
  /** Where it is, as people are told. */
  place(options: z.output<S>): string
  /** Resolves once what it holds was acknowledged. Throws an error that says so to people. */
  push(pushing: Pushing<z.output<S>>): Promise<Pushed>
}
export const defineEnforcer = <S extends z.ZodObject>(enforcer: Enforcer<S>) => enforcer

/** What is told, written down for a channel. */
export interface Message extends Omit<Delivery, 'title' | 'text'> {
  title: string
  text: string
}

/** How a channel gets out. */
export interface Way {
  /** By the names of its fields; all that must be there are. */
  options: Readonly<Record<string, string>>
  secrets: Readonly<Record<string, string>>
  /** The address, or the name, in the target. */
  recipient: string
  outbound: Outbound
  /** For what is not HTTP. */
  guard: AddressGuard
  /** Tells the browsers that are connected. */
  toBrowsers(message: Message): void
  /** Runs a workflow by its handle, once for each id of a message. */
  toWorkflow(handle: string, message: Message): Promise<void>
  /** Ends it when it has taken too long. */
  signal: AbortSignal
  now(): number
}

/** notify/channels: a way out for notices. */
export interface ChannelKind {
  kind: string
  label: string
  /** What a channel of this kind has to know; what is not there is not asked for. */
  fields: readonly ChannelField[]
  /** How targets mean it: `@slack-soc` by its name, `@soc@example.com` by an address, `@browser` by the kind alone. */
  target: 'name' | 'address' | 'kind'
  /** It is there without anybody having set it up. */
  builtIn?: true
  /** What comes from a signal, so that it means nothing here. */
  escape?(given: string): string
  /** Resolves once it is told. Throws a DeliveryError or an OutboundError, which say so to people. */
  deliver(message: Message, way: Way): Promise<void>
}

// These return what they are given; they are there so that a literal is typed.
export const defineLogFormat = (format: LogFormat) => format
export const defineFeedFormat = (format: FeedFormat) => format
export const defineMethod = (method: Method) => method
export const defineListFormat = (format: ListFormat) => format
export const defineChannel = (channel: ChannelKind) => channel

/** What a step can do in the store, in the transaction that says it is done. Each refuses what its route refuses. */
export interface InsideWork {
  /** The signal of the run; refuses where it has none. */
  signal(given: string | undefined): string
  /** The id of the change, which undoes it. */
  setState(signal: string, state: State, reason?: ArchiveReason, comment?: string): string
  /** A user by uuid or handle; '' is nobody. */
  assign(signal: string, to: string): JsonObject
  /** The note's id. */
  addNote(signal: string, text: string): string
  /** A case with the signal of the run, where there is one. */
  createCase(wanted: CaseOfStep): JsonObject
  declareIncident(wanted: IncidentOfStep): JsonObject
  /** Put what is to be told into the outbox. */
  notify(wanted: { targets: readonly string[]; title: string; message: string; severity?: Severity | undefined }): JsonObject
  /** Block what nothing speaks against, and tell of the rest; refuses where nothing is left. */
  block(asked: StepBlocks, reason: string): JsonObject
}
interface OfStep {
  /** A signal by id; absent: that of the run, where it has one. */
  signal?: string | undefined
  title: string
}
export interface CaseOfStep extends OfStep {
  /** By id or key. */
  project: string
  description: string
  priority: CasePriority
  /** A user by uuid or handle. */
  assignee?: string | undefined
}
export interface IncidentOfStep extends OfStep {
  severity: IncidentSeverity
  customer_impacted: boolean
  customer_impact_scope: string
  /** A user by uuid or handle; absent: whoever began the run. */
  commander?: string | undefined
  /** A case, by id or key, that it is declared from. */
  case?: string | undefined
}
/** What a step wants blocked: values in their one form, `duration` in ms, null for good. */
export interface StepBlocks {
  kind: BlockKind
  values: readonly string[]
  duration: number | null
}

/** What a step can do outside of the store. */
export interface OutsideWork {
  request: Outbound
  /** A secret by its name, for a request to an address; refuses where there is none, or where it may not go. */
  secret(name: string, url: string): string
  /** Run a program of the folder for commands; `timeout` in ms. */
  runCommand(command: string, args: readonly string[], timeout: number): Promise<JsonObject>
  /** Where an engine may answer, once, until a time (ms UTC); null where the step does not wait. */
  callback: { url: string; until: number } | null
  run: { id: string; workflow: string; step: string; signal: string | null }
  now(): number
  ended: AbortSignal
}

interface ActionFacts<S extends z.ZodObject> {
  id: string
  /** What it does, verb first. */
  title: string
  /** What whoever saves a workflow with it must be allowed to do. */
  needs: readonly Permission[]
  parameters: S
  /** Which ways lead on; else `main`. */
  branches?: readonly string[]
  /** The parameter that is an address to be asked: it is checked before anything runs. */
  address?: string
  /** The parameter that names targets as notification rules do: they are checked where they are written out. */
  targets?: string
  /** Parameters in which `{{ Secrets.name }}` may stand. */
  secrets?: readonly string[]
  /** What a template names and is not there is null. */
  lenient?: true
}
/** How it is done: by deciding, by waiting (ms), in our store, or outside. */
type ActionWork<P> =
  | { decide(parameters: P): { branch: string; outputs: JsonObject } }
  | { wait(parameters: P): number }
  | {
      inside(parameters: P, work: InsideWork): JsonObject
      /** What it blocks: what speaks against that is asked before it begins. */
      blocks?(parameters: P): StepBlocks
    }
  | {
      /** Answers its outputs. Throws `Unknown` where it may have been done. */
      outside(parameters: P, work: OutsideWork): Promise<JsonObject>
      /** How long to wait for the answer of an engine, ms; undefined: not at all. */
      answerWithin?(parameters: P): number | undefined
    }

/** workflows/actions: what a step of a workflow does. */
export type WorkflowAction<S extends z.ZodObject = z.ZodObject> = ActionFacts<S> & ActionWork<z.output<S>>
export const defineWorkflowAction = <S extends z.ZodObject>(action: WorkflowAction<S>) => action
