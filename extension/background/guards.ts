import { measureNames } from '../../shared/aggregate.ts'
import { rangeModes } from '../../shared/bouncer.ts'
import { casePriorities, caseStatuses, closeReasons, longestCaseText, longestTitle } from '../../shared/case.ts'
import { blockKinds } from '../../shared/denylist.ts'
import { incidentSeverities, incidentStates } from '../../shared/incident.ts'
import { intentions } from '../../shared/indicator.ts'
import { readAddress } from '../../shared/ip.ts'
import { longestTemplate, type Pivot, pivotKinds } from '../../shared/pivot.ts'
import { maxPathLength, maxQueryLength } from '../../shared/query/limits.ts'
import { severities } from '../../shared/severity.ts'
import { furthest } from '../../shared/time.ts'
import { archiveReasons, states } from '../../shared/triage.ts'
import { parseUrl } from '../../shared/url.ts'
import type { RoleForm, UserForm } from '../access-messages.ts'
import { attackerPages, attackerSorts } from '../attacker-messages.ts'
import { type CaseChange, type CaseTypeForm, caseFileFormats, caseSorts, type NewCase } from '../case-messages.ts'
import { escalations } from '../evidence-messages.ts'
import { type AuthType, authTypes, mostObservables, type NewFeed, vias } from '../feed-messages.ts'
import { type IncidentChange, incidentFileFormats, incidentParts, type NewIncident, type NewPart } from '../incident-messages.ts'
import { markKinds, mostSpoken, type Protocol, pageRequests, type Request, type RequestType, type Settings } from '../messages.ts'
import type { ChannelForm, NotifyForm } from '../notify-messages.ts'
import { blockSorts, type PassForm, type RespondSettings, type Target } from '../respond-messages.ts'
import type { RuleAccess } from '../rule-messages.ts'
import { type ExportFormat, exportFormats, type NewView, type SearchAsked, type Sort, sorts, tracks } from '../search-messages.ts'
import { isSnooze, rowHeights, themes } from '../settings.ts'
import type { TriageSettings } from '../setup-messages.ts'
import type { BulkChange, NewSuppression, ServiceFacts } from '../signal-messages.ts'
import { flag, type Guard, type Guards, isPlain, list, number, oneOf, orNull, shape, text, whole } from './guard.ts'

// Every message is taken as if a hostile page had written it: a closed set of types, exact keys, bounded lengths. By hand, because zod stays out of the extension.

/** `http://127.0.0.1:7420`: nothing but this machine may be asked to be the daemon. */
export const isDaemonUrl = (url: string): boolean =>
  /^http:\/\/(127\.0\.0\.1|localhost)(:[1-9]\d{0,4})?$/.test(url) && parseUrl(url) !== undefined
/** `https://logs.example.net`, as `location.origin` writes it. */
const isOrigin = (url: string): boolean => /^https?:\/\//.test(url) && parseUrl(url)?.origin === url

const nothing = shape<object>({})
const address = text(64, value => readAddress(value) !== undefined)
const origin = text(300, isOrigin)
const id = text(100, id => /^[\w-]+$/.test(id))
/** As many as the API takes together. */
const ids = list(shape({ id, version: whole(Number.MAX_SAFE_INTEGER) }), 1, 199)
const state = oneOf(states)
const filter = shape<object, { mine: boolean; severity: (typeof severities)[number]; service: string }>(
  {},
  { mine: flag, severity: oneOf(severities), service: text(200) },
)
const kinds = shape(Object.fromEntries(markKinds.map(kind => [kind, flag])) as Guards<Record<(typeof markKinds)[number], boolean>>)

const version = whole(Number.MAX_SAFE_INTEGER)
const ruleSource = text(500_000)
const principals = list(
  text(200, name => /^(?:role|user|org):[\w-]+$/.test(name)),
  0,
  100,
)
const ruleAccess = shape<RuleAccess>({ editors: principals, viewers: principals })
/** The base64 of a file of 32 MB: a message of the browser may hold 64 MB. */
const file = text(45_000_000, content => /^[A-Za-z0-9+/]*={0,2}$/.test(content))
const column: Guard<string | number> = (value): value is string | number => text(200)(value) || (whole(1000)(value) && value > 0)
const columns: Guard<Record<string, string | number>> = (value): value is Record<string, string | number> =>
  isPlain(value) && Object.entries(value).length <= 30 && Object.entries(value).every(([key, of]) => /^\w{1,50}$/.test(key) && column(of))
const secret = text(4096, value => /^[\x20-\x7e]+$/.test(value))
type MustFeed = 'name' | 'format' | 'category' | 'intention'
const newFeed = shape<Pick<NewFeed, MustFeed>, Required<Omit<NewFeed, MustFeed>>>(
  { name: text(100), format: text(50), category: text(50), intention: oneOf(intentions) },
  {
    ...{ licence: text(200), knownGood: flag, url: text(2000), hours: number(0.25, 24), columns, via: oneOf(vias) },
    auth: shape<{ type: AuthType }, { name: string }>({ type: oneOf(authTypes) }, { name: text(100) }),
  },
)

/** ms UTC: as far as a Date reaches. */
const time: Guard<number> = number(-furthest, furthest)
const asked = { track: oneOf(tracks), query: text(maxQueryLength), from: time, to: time }
const path = text(maxPathLength, path => path !== '')
const completing = { prefix: text(maxPathLength), limit: whole(10_000) }
const exporting = { ...asked, sort: oneOf(sorts), format: oneOf(exportFormats) }
const measure = shape({ aggregation: oneOf(measureNames) }, { metric: path, interval: text(32) })
const when = text(64)
const picture = {
  query: text(maxQueryLength),
  from: when,
  to: when,
  columns: list(shape({ path }, { width: whole(4000) }), 0, 50),
  facets: list(path, 0, 50),
  timeline: flag,
}
type DrawnMust = 'query' | 'from' | 'to' | 'columns' | 'facets' | 'timeline' | 'name' | 'track' | 'shared'
const view = shape<Pick<NewView, DrawnMust>, Required<Omit<NewView, DrawnMust>>>(
  { ...picture, name: text(100, name => name.trim() !== ''), track: oneOf(tracks), shared: flag },
  { sort: text(600), visualisation: shape({ kind: text(64) }, { measure: text(600), group_by: list(path, 0, 4) }) },
)

const queryText = text(maxQueryLength)
const snoozeReason = text(1000, reason => reason.trim() !== '')
const someSnooze = shape({ until: whole(furthest), reason: snoozeReason })
const suppression = shape<Omit<NewSuppression, 'until'>, { until: number }>(
  { name: text(512, name => name !== ''), rules: queryText, hides: queryText, reason: text(4_096) },
  { until: whole(furthest) },
)
const name = text(200, name => name.trim() !== '')
const names = list(
  text(100, name => /^\w+$/.test(name)),
  0,
  200,
)
const userForm = shape<UserForm>({ name: text(200), email: text(320), title: text(200), roles: list(id, 0, 20) })
const roleForm = shape<RoleForm>({ name, permissions: names, signals: queryText, logs: queryText })
const keyKind = oneOf(['api', 'application'] as const)
const dueTime = orNull(text(32))
const dueTimes = shape({ acknowledge: dueTime, resolve: dueTime })
const triageSettings = shape<TriageSettings>({
  assignOnAct: flag,
  due: shape(Object.fromEntries(severities.map(severity => [severity, dueTimes])) as unknown as Guards<TriageSettings['due']>),
})
/** A definition, or the inputs of a run, as JSON. */
const workflowSource = text(200_000)
const service = shape<ServiceFacts>({ name, owner: text(200), onCall: text(200), url: text(2000), about: text(2000) })
const target = text(320, target => /^@[^\s]+$/.test(target))
const notifyForm = shape<NotifyForm>({
  name: text(256),
  enabled: flag,
  severities: list(oneOf<string>(severities), 0, severities.length),
  ruleTypes: list(
    text(100, type => /^\w+$/.test(type)),
    0,
    20,
  ),
  query: queryText,
  targets: list(target, 0, 50),
  aggregation: whole(86_400),
  title: text(1000),
  message: text(16_384),
})
const named =
  <T>(of: Guard<T>): Guard<Record<string, T>> =>
  (value): value is Record<string, T> =>
    isPlain(value) && Object.entries(value).length <= 30 && Object.entries(value).every(([key, one]) => /^\w{1,60}$/.test(key) && of(one))
const channelForm = shape<ChannelForm>({
  kind: text(60, kind => /^\w+$/.test(kind)),
  name: text(80),
  enabled: flag,
  options: named(text(2000)),
  secrets: named(orNull(secret)),
})
const pageOfAttackers = {
  query: text(4000),
  from: text(10, from => /^now-\d{1,3}[hd]$/.test(from)),
  offset: whole(1_000_000),
  size: whole(attackerPages),
}
const someAttackers = { ...pageOfAttackers, sort: text(12, sort => (attackerSorts as readonly string[]).includes(sort.replace(/^-/, ''))) }
const listId = text(60, list => /^[0-9a-f-]{36}\.\d{1,6}$/.test(list))
const letterIds = list(id, 1, 1000)
/** Minutes east of UTC. */
const zone: Guard<number> = number(-840, 840)
const caseTitle = text(longestTitle, title => title.trim() !== '')
const caseWords = text(longestCaseText)
const comment = text(longestCaseText, words => words.trim() !== '')
const signalIds = list(id, 0, 199)
const day = text(10, day => /^\d{4}-\d\d-\d\d$/.test(day))
const caseKind = text(100, name => name.trim() !== '')
const newCase = shape<Omit<NewCase, 'assignee' | 'due'>, { assignee: string; due: string }>(
  { title: caseTitle, description: caseWords, priority: oneOf(casePriorities), project: id, type: id },
  { assignee: id, due: day },
)
const caseChange = shape<object, Required<CaseChange>>(
  {},
  {
    ...{ title: caseTitle, description: caseWords, priority: oneOf(casePriorities), status: oneOf(caseStatuses) },
    ...{ reason: oneOf(closeReasons), assignee: text(64), archived: flag, due: (value): value is string => value === '' || day(value) },
  },
)
const thing = text(256, resource => resource !== '')
const incidentTitle = text(1024, title => title.trim() !== '')
const impactScope = text(8192)
const newIncident = shape<NewIncident>({
  title: incidentTitle,
  severity: oneOf(incidentSeverities),
  commander: text(64),
  impacted: flag,
  scope: impactScope,
})
const incidentChange = shape<object, Required<IncidentChange>>(
  {},
  {
    ...{ title: incidentTitle, severity: oneOf(incidentSeverities), state: oneOf(incidentStates), commander: text(64) },
    ...{ impacted: flag, scope: impactScope, impactEnd: orNull(time) },
  },
)
const part = oneOf(incidentParts)
const newPart = shape<Omit<NewPart, 'url'>, { url: string }>({ part, text: text(8192, words => words.trim() !== '') }, { url: text(2048) })
const blockKind = oneOf(blockKinds)
const blockValue = text(512, value => value.trim() !== '')
const blockTarget = shape<Target>({ kind: blockKind, value: blockValue })
const span = text(32, span => /^[\w.]+$/.test(span))
const why = text(4096)
const passForm = shape<PassForm>({
  ...{ addresses: list(text(128), 1, 1000), trusted: flag, description: text(512, words => words.trim() !== '') },
  ...{ reason: why, until: orNull(whole(furthest)) },
})
const ranges = oneOf(rangeModes)
const respondSettings = shape<RespondSettings>({
  ...{ v4: whole(1000), v6: whole(1000), wide: flag, permanent: flag },
  ...{ perHour: whole(1_000_000), repeatFactor: whole(1000), repeatLongest: span },
  ...{ flagOver: whole(99_999_999), publishReasons: flag, publishUsers: flag },
})
const pivotName = text(60, name => name.trim() !== '')
const pivot = shape<Pivot>({
  ...{ name: pivotName, template: text(longestTemplate), kinds: list(oneOf(pivotKinds), 0, pivotKinds.length) },
  ...{ intranet: flag, enabled: flag },
})
const observable = text(2048, value => value !== '')
const guards: { [T in RequestType]: Guard<Protocol[T][0]> } = {
  status: nothing,
  retry: nothing,
  pair: shape({ url: text(100, isDaemonUrl), code: text(40) }),
  unpair: nothing,
  queue: shape({ state }, { filter }),
  signal: shape({ id }),
  openSignal: shape({ id }, { run: flag }),
  loadCard: nothing,
  addLines: shape({}),
  move: shape({ ids, state }, { reason: oneOf(archiveReasons), comment: text(1000) }),
  assign: shape({ ids, to: id }),
  undo: shape({ changes: list(id, 1, 10_000) }),
  snooze: shape({ ids, until: whole(furthest), reason: snoozeReason }),
  wake: shape({ ids }),
  select: shape({ query: queryText, from: time, to: time }),
  applyToSelection: shape<{ id: string }, Required<BulkChange>>(
    { id },
    { state, reason: oneOf(archiveReasons), comment: text(1000), assignee: text(64), snooze: orNull(someSnooze) },
  ),
  job: shape({ id }),
  stopJob: shape({ id }),
  relatedSignals: shape({ id }),
  services: nothing,
  addNote: shape({ id, text: text(10_000, note => note.trim() !== '') }),
  people: shape({ search: text(200) }),
  lookup: shape({ ip: address }),
  lookupValue: shape({ value: observable }),
  marks: shape({ values: list(observable, 0, 1000) }),
  seen: shape({
    ...{ bad: whole(1_000_000), signals: whole(1_000_000), found: whole(1_000_000) },
    ...{ marking: flag, cut: flag, behind: flag, drawn: flag, spoken: list(address, 0, mostSpoken) },
  }),
  site: nothing,
  left: nothing,
  here: nothing,
  sites: nothing,
  setSite: shape({ origin, on: flag }),
  setAllSites: shape({ on: flag }),
  setPage: shape({ on: flag }),
  showCard: shape({ ip: address }),
  forgetSite: shape({ origin }),
  settings: nothing,
  rules: nothing,
  ruleNoise: nothing,
  rule: shape({ id }),
  checkRule: shape({ source: ruleSource }),
  saveRule: shape({ source: ruleSource }, { id, version }),
  switchRule: shape({ id, version, on: flag }),
  deleteRule: shape({ id }),
  testRule: shape({ id }),
  backtest: shape({ id, from: text(20, from => /^(?:0|now-\d{1,4}[hd])$/.test(from)) }),
  ruleVersions: shape({ id }),
  restoreRule: shape({ id, version }),
  ruleSuppressions: shape({ id }),
  ruleAccess: shape({ id }),
  setRuleAccess: shape({ id, before: ruleAccess, after: ruleAccess, leavesOut: flag }),
  importRules: shape({ files: list(shape({ path: text(1024), text: text(2_000_000) }), 0, 10_000), dryRun: flag }, { archive: file }),
  feeds: nothing,
  openFeeds: nothing,
  enableOpenFeed: shape({ id }),
  addFeed: shape({ feed: newFeed }, { content: file, secret }),
  setFeedSecret: shape({ id, secret: (value): value is string | null => value === null || secret(value) }),
  importBundle: shape({ content: file, dryRun: flag }, { force: flag }),
  fillFeed: shape({ id, content: file }, { force: flag }),
  switchFeed: shape({ id, on: flag }),
  refreshFeed: shape({ id }, { force: flag }),
  removeFeed: shape({ id }),
  investigate: shape({ id }),
  previewSuppression: suppression,
  suppress: suppression,
  indicator: shape({ value: observable }),
  observables: shape({ values: list(text(2048), 1, mostObservables) }),
  lookUpPage: nothing,
  search: shape(
    { ...asked, limit: whole(1000) },
    {
      sort: oneOf(sorts),
      cursor: text(4096),
      facets: list(path, 0, 50),
      buckets: whole(1000),
      measures: list(measure, 1, 20),
      groupBy: list(shape({ facet: path, limit: whole(10_000) }), 0, 4),
      view: text(64),
    },
  ),
  facetPaths: shape({ ...asked, ...completing }),
  facetValues: shape({ ...asked, ...completing, path }),
  foundRows: shape({ track: oneOf(tracks), ids: list(text(200), 1, 200) }),
  logContext: shape({ id: text(200), before: whole(500), after: whole(500), same: oneOf(['host', 'service', 'none'] as const) }),
  exportRows: shape<SearchAsked & { sort: Sort; format: ExportFormat }, { columns: string[] }>(exporting, { columns: list(path, 1, 200) }),
  users: nothing,
  roles: nothing,
  inviteUser: shape({ user: userForm }),
  changeUser: shape({ id, before: userForm, after: userForm }),
  switchUser: shape({ id, on: flag }),
  createRole: shape({ role: roleForm }),
  changeRole: shape({ id, before: roleForm, after: roleForm }),
  cloneRole: shape({ id, name }),
  deleteRole: shape({ id }),
  keys: shape({ api: flag, own: flag, everybodys: flag }),
  createKey: shape({ kind: keyKind, name, scopes: orNull(names), expiresAt: orNull(whole(furthest)) }, { owner: id }),
  revokeKey: shape({ id, kind: keyKind, own: flag }),
  triageSettings: nothing,
  setTriageSettings: shape({ before: triageSettings, after: triageSettings }),
  putService: shape({ before: orNull(service), service }),
  removeService: shape({ name }),
  triageFigures: shape({ from: text(20, from => /^now-\d{1,4}d$/.test(from)) }),
  notifyRules: nothing,
  saveNotifyRule: shape<{ rule: NotifyForm }, { id: string; version: number }>({ rule: notifyForm }, { id, version }),
  switchNotifyRule: shape({ id, version, on: flag }),
  deleteNotifyRule: shape({ id }),
  previewNotifyRule: shape({ rule: notifyForm }),
  testNotifyRule: shape({ rule: notifyForm }),
  channels: nothing,
  saveChannel: shape<{ channel: ChannelForm }, { id: string; version: number }>({ channel: channelForm }, { id, version }),
  deleteChannel: shape({ id }),
  testChannel: shape<{ id: string }, { recipient: string }>({ id }, { recipient: text(254) }),
  deadLetters: nothing,
  sendAgain: shape({ ids: letterIds }),
  discardLetters: shape({ ids: letterIds }),
  evidence: shape({ id }),
  draft: shape({ id }),
  previewDraft: shape({ id, zone }),
  sendDraft: shape({
    ...{ id, does: oneOf(escalations), zone, title: text(512), severity: oneOf(severities) },
    ...{ incidentSeverity: oneOf(incidentSeverities), target: text(64, target => /^[\w-]*$/.test(target)) },
  }),
  targets: shape({ kind: oneOf(['case', 'incident'] as const) }),
  dropDraft: shape({ id }),
  workflows: nothing,
  workflow: shape({ id }),
  checkWorkflow: shape({ source: workflowSource }, { id }),
  saveWorkflow: shape({ source: workflowSource }, { id, version }),
  publishWorkflow: shape({ id, version, on: flag }),
  deleteWorkflow: shape({ id }),
  workflowRuns: shape({ id }),
  workflowRun: shape({ workflow: id, id }),
  runWorkflow: shape({ id, inputs: workflowSource }, { signal: id }),
  cancelRun: shape({ workflow: id, id }),
  signalWorkflows: shape({ id }),
  signalRuns: shape({ id }),
  views: nothing,
  saveView: shape({ view }),
  changeView: shape({ id, version, view }),
  removeView: shape({ id }),
  beginWithView: shape({ id: orNull(id) }),
  cases: shape({ filter: queryText, sort: oneOf(caseSorts), ascending: flag, page: whole(1_000_000), size: whole(100) }),
  caseCounts: shape({ filter: queryText, fields: list(text(20), 1, 10) }),
  case: shape({ id }),
  caseRow: shape({ id }),
  caseProjects: nothing,
  saveCaseProject: shape<{ name: string }, { id: string; key: string }>({ name: caseKind }, { id, key: text(10) }),
  deleteCaseProject: shape({ id }),
  caseTypes: nothing,
  saveCaseType: shape<{ form: CaseTypeForm }, { id: string }>(
    { form: shape<CaseTypeForm>({ name: caseKind, description: text(1000), needsReason: flag }) },
    { id },
  ),
  deleteCaseType: shape({ id }),
  createCase: shape({ given: newCase, signals: signalIds }),
  addToCase: shape({ id, signals: signalIds }),
  selectionToCase: shape<{ selection: string }, { id: string; given: NewCase }>({ selection: id }, { id, given: newCase }),
  changeCase: shape<{ id: string; version: number; change: CaseChange }, { before: CaseChange }>(
    { id, version, change: caseChange },
    { before: caseChange },
  ),
  commentCase: shape({ id, text: comment }),
  editComment: shape({ id, comment: id, text: comment }),
  deleteComment: shape({ id, comment: id }),
  unlinkFromCase: shape({ id, kind: text(40, kind => /^[A-Z_]+$/.test(kind)), thing }),
  mergeCases: shape({ id, others: list(id, 1, 20) }),
  splitCase: shape({ id, part: id }),
  caseFile: shape({ id, format: oneOf(caseFileFormats) }),
  incidents: shape({ query: queryText, offset: whole(1_000_000), size: whole(100) }),
  incident: shape({ id }),
  declareIncident: shape<{ given: NewIncident; signals: string[] }, { case: string }>(
    { given: newIncident, signals: signalIds },
    { case: id },
  ),
  selectionToIncident: shape<{ selection: string }, { id: string; given: NewIncident }>({ selection: id }, { id, given: newIncident }),
  signalsToIncident: shape({ id, signals: list(id, 1, 199) }),
  signalOutOfIncident: shape({ id, signal: id }),
  caseToIncident: shape({ id, case: id }),
  caseOutOfIncident: shape({ id, case: id }),
  changeIncident: shape<{ id: string; version: number; change: IncidentChange }, { before: IncidentChange }>(
    { id, version, change: incidentChange },
    { before: incidentChange },
  ),
  noteIncident: shape({ id, text: text(10_000, words => words.trim() !== '') }),
  addToIncident: shape({ id, more: newPart }),
  tickTodo: shape({ id, todo: id, content: text(4096), assignees: list(text(256), 0, 50), done: flag }),
  removeFromIncident: shape({ id, part, of: id }),
  incidentFile: shape({ id, format: oneOf(incidentFileFormats) }),
  denylist: shape({ ended: flag, text: text(512), sort: oneOf(blockSorts), page: whole(1_000_000), size: whole(100) }),
  denylistEntry: shape({ id }),
  previewBlock: shape({ targets: list(blockTarget, 1, 500) }),
  block: shape(
    {
      targets: list(shape<Target, { confirm: string }>({ kind: blockKind, value: blockValue }, { confirm: text(512) }), 1, 500),
      duration: span,
      reason: why,
    },
    { signal: id },
  ),
  extendBlock: shape({ id, version }, { duration: span, reason: why }),
  approveBlock: shape({ id, version }),
  liftBlock: shape({ id, reason: why }),
  openBlock: shape<{ targets: Target[] }, { signal: string }>({ targets: list(blockTarget, 1, 100) }, { signal: id }),
  passlist: nothing,
  previewPass: shape<{ form: PassForm }, { id: string }>({ form: passForm }, { id }),
  addToPasslist: shape<{ form: PassForm }, { confirm: string[] }>({ form: passForm }, { confirm: list(text(128), 0, 1000) }),
  changePass: shape<{ id: string; before: PassForm; form: PassForm; enabled: boolean }, { confirm: string[] }>(
    { id, before: passForm, form: passForm, enabled: flag },
    { confirm: list(text(128), 0, 1000) },
  ),
  removePass: shape({ id }),
  bouncers: nothing,
  silentEnforcers: nothing,
  createBouncer: shape({ name: text(64), ranges }),
  changeBouncer: shape({ id, ranges }),
  forgetSilent: shape({ id }),
  revokeBouncer: shape({ id }),
  respondSettings: nothing,
  attackers: shape(someAttackers, { list: listId }),
  attackerGroups: shape({ ...pageOfAttackers, by: oneOf(['as', 'user_agent', 'cluster'] as const) }, { list: listId }),
  attacker: shape({ ip: address }),
  compareAttackers: shape({ addresses: list(address, 1, 20) }),
  compromisedUsers: shape(someAttackers, { list: listId }),
  setRespondSettings: shape({ before: respondSettings, after: respondSettings }),
  pivots: nothing,
  putPivot: shape({ before: orNull(pivot), pivot }),
  removePivot: shape({ name: pivotName }),
  pivotLinks: shape({ value: observable }),
  openPivot: shape({ name: pivotName, value: observable }),
  setSettings: shape<object, Settings>(
    {},
    { theme: oneOf(themes), rowHeight: oneOf(rowHeights), marks: kinds, keys: flag, snooze: isSnooze },
  ),
}

/** Where a page may ask for less than the extension's own surfaces: a card assigns to whoever sits before it, or to nobody, and is about one address. */
const fromPages: Partial<typeof guards> = {
  assign: shape({ ids, to: oneOf(['me', 'nobody']) }),
  openBlock: shape<{ targets: Target[] }>({
    targets: list(shape<Target>({ kind: oneOf(['ip'] as const) as Guard<'ip'>, value: address }), 1, 1),
  }),
}

/** Requests of pages that change signals. */
export const changing: readonly string[] = ['move', 'assign'] satisfies RequestType[]

/** What the browser says about who sent a message. */
export interface Sender {
  id?: string | undefined
  url?: string | undefined
  origin?: string | undefined
  frameId?: number | undefined
  documentLifecycle?: string | undefined
  tab?: { id?: number | undefined; url?: string | undefined } | undefined
}
/** A page of the extension, or a content script in one frame of one tab. `nested`: in a frame that the tab's own site does not vouch for. */
export type From = { own: true } | { own: false; tabId: number; frameId: number; origin: string; nested: boolean }

const originOf = (url: string | undefined): string => parseUrl(url ?? '')?.origin ?? 'null'

function readSender(sender: Sender, self: { id: string; root: string }): From | undefined {
  if (sender.id !== self.id) return undefined
  if (sender.url?.startsWith(self.root)) return { own: true }
  const { tab, frameId } = sender
  // a page that is only being prepared has not been shown to anybody
  if (tab?.id === undefined || frameId === undefined || sender.documentLifecycle === 'prerender') return undefined
  const from = (sender.origin ?? originOf(sender.url)).slice(0, 300)
  const nested = from === 'null' || (frameId !== 0 && originOf(tab.url) !== from)
  return { own: false, tabId: tab.id, frameId, origin: from, nested }
}

/** By which a page of the extension has a request done once, however often it asks: a UUID. */
const requestKey = text(36, key => /^[\da-f-]{36}$/.test(key))

/** The request in a message, if it is one and its sender may ask it; undefined otherwise. `self.root` is `runtime.getURL('')`. */
export function readRequest(
  message: unknown,
  sender: Sender,
  self: { id: string; root: string },
): { request: Request; from: From; once: string | undefined } | undefined {
  const from = readSender(sender, self)
  if (!from || !isPlain(message)) return undefined
  const { type, once, ...payload } = message
  if (once !== undefined && !(from.own && requestKey(once))) return undefined
  if (typeof type !== 'string' || !Object.hasOwn(guards, type)) return undefined
  if (!from.own && !(pageRequests as readonly string[]).includes(type)) return undefined
  // a foreign page can lay its own over a frame: there, nothing is changed
  if (!from.own && from.nested && changing.includes(type)) return undefined
  const guard = (from.own ? undefined : fromPages[type as RequestType]) ?? guards[type as RequestType]
  return guard(payload) ? { request: { type, ...payload } as Request, from, once } : undefined
}
