import type { Core } from './core/core.ts'
import type { Move } from './core/moves.ts'
import type { Daemon } from './daemon.ts'
import { checkQuery } from './explore/query.ts'
import { asTypeOf } from './intel/ioc/score.ts'
import { createLookUp } from './intel/look-up.ts'
import type { WriteContext } from './lib/actor.ts'
import type { Restrictions } from './lib/restrictions.ts'
import { silentTarget, wrongTarget } from './notify/targets.ts'
import type { Wanted } from './triage/moving.ts'

// What the routes of each stage are handed: stages know nothing of each other, nor of the daemon. Functions of the core are named one by one:
// it may be a proxy for the worker thread, which has nothing to spread.

export const exploreNeeds = ({ core, signalResource, settings, now }: Daemon) => ({
  searchLogs: core.searchLogs,
  searchSignals: core.searchSignals,
  searchAudit: core.searchAudit,
  getLog: core.getLog,
  logContext: core.logContext,
  signalResource,
  patience: () => settings.current().search.deadline_ms,
  record: core.record,
  now,
})
export const incidentNeeds = ({ core, signalResource, now }: Daemon) => ({
  getIncident: core.getIncident,
  searchIncidents: core.searchIncidents,
  listIncidents: core.listIncidents,
  createIncident: core.createIncident,
  updateIncident: core.updateIncident,
  deleteIncident: core.deleteIncident,
  incidentSignals: core.incidentSignals,
  linkSignals: core.linkSignals,
  linkCase: core.linkCase,
  unlinkCase: core.unlinkCase,
  incidentTimeline: core.incidentTimeline,
  addIncidentNote: core.addIncidentNote,
  incidentParts: core.incidentParts,
  incidentPart: core.incidentPart,
  addIncidentPart: core.addIncidentPart,
  editIncidentPart: core.editIncidentPart,
  removeIncidentPart: core.removeIncidentPart,
  addResponder: core.addResponder,
  selectionIntoIncident: core.selectionIntoIncident,
  resource: signalResource,
  checkQuery,
  now,
})
export const iocNeeds = ({ core, locator, settings }: Daemon) => ({
  locator,
  listIndicators: (only: Restrictions, asked: Parameters<Core['listIndicators']>[1]) =>
    core.listIndicators(only, asked, settings.current().search.deadline_ms),
  getIndicator: (only: Restrictions, indicator: string, ocsf: boolean, history: Parameters<Core['getIndicator']>[3]) =>
    core.getIndicator(only, indicator, ocsf, history, settings.current().search.deadline_ms),
  triageIndicator: core.triageIndicator,
  checkQuery,
})
export const tableNeeds = ({ core, feeds, tableFeeds }: Daemon) => ({
  feeds,
  tableFeeds,
  tables: core.tables,
  table: core.table,
  createTable: core.createTable,
  updateTable: core.updateTable,
  deleteTable: core.deleteTable,
  upsertRows: core.upsertRows,
  deleteRows: core.deleteRows,
  tableRows: core.tableRows,
  listRows: core.listRows,
  kept: core.kept,
  setTableFeed: core.setTableFeed,
})
export const notifyNeeds = ({ core, notifications: { secrets, guard, deliver, deliveries }, signalResource, now }: Daemon) => ({
  channels: core.channels,
  channel: core.channel,
  createChannel: core.createChannel,
  updateChannel: core.updateChannel,
  deleteChannel: core.deleteChannel,
  deliveries: core.deliveries,
  sendAgain: core.sendAgain,
  discard: core.discard,
  wake: deliveries.wake,
  kept: core.kept,
  record: core.record,
  secrets,
  guard,
  deliver,
  signalResource,
  now,
})
export const workflowNeeds = ({ core, workflows }: Daemon) => ({
  workflows: core.workflows,
  getWorkflow: core.getWorkflow,
  createWorkflow: core.createWorkflow,
  updateWorkflow: core.updateWorkflow,
  deleteWorkflow: core.deleteWorkflow,
  off: workflows.off,
  wrongTarget,
  async known() {
    const [users, channels] = await Promise.all([core.users(), core.channels()])
    const people = new Set(users.flatMap(({ uuid, handle }) => [uuid, handle]))
    const secrets = new Set(workflows.secrets.list().map(({ name }) => name))
    return {
      isUser: (named: string) => people.has(named),
      isSecret: (name: string) => secrets.has(name),
      // steps tell channels alone
      silent: silentTarget(channels, []),
    }
  },
  checkAddress: workflows.checkAddress,
})
export const runNeeds = ({ core, workflows }: Daemon) => ({
  getWorkflow: core.getWorkflow,
  startRun: workflows.startRun,
  cancelRun: workflows.cancelRun,
  runs: core.runs,
  run: core.run,
})
export const signalNeeds = ({ core, signalResource }: Daemon) => ({
  getSignal: core.getSignal,
  ruleAt: core.ruleAt,
  createSignal: core.createSignal,
  signalResource,
})
export const lapiNeeds = ({ core, settings, now, report }: Daemon) => ({
  bouncerWith: core.bouncerWith,
  pullDecisions: core.pullDecisions,
  pulled: core.pulled,
  answered: core.answered,
  findDecisions: core.findDecisions,
  reportMetrics: core.reportMetrics,
  denylistAs: core.denylistAs,
  published: core.published,
  shares: () => settings.current().respond.publish.blocks,
  now,
  report,
})
export const respondNeeds = ({ core, blockGuard, settings, enforcing, enforcerSecrets, checkAddress, now }: Daemon) => ({
  denylistPage: core.denylistPage,
  denylistEntry: core.denylistEntry,
  alsoBlocking: core.alsoBlocking,
  block: core.block,
  standing: core.standing,
  prospects: core.prospects,
  proofs: core.proofs,
  blockMany: core.blockMany,
  changeBlock: core.changeBlock,
  approveBlock: core.approveBlock,
  liftBlock: core.liftBlock,
  passlist: core.passlist,
  passlistEntry: core.passlistEntry,
  addToPasslist: core.addToPasslist,
  changePasslist: core.changePasslist,
  removeFromPasslist: core.removeFromPasslist,
  bouncers: core.bouncers,
  createBouncer: core.createBouncer,
  changeBouncer: core.changeBouncer,
  async revokeBouncer(ctx: WriteContext, id: string) {
    await core.revokeBouncer(ctx, id)
    if (!ctx.dryRun) await enforcerSecrets.forget(id)
    return null
  },
  proof: core.proof,
  createEnforcer: core.createEnforcer,
  changeEnforcer: core.changeEnforcer,
  enforcerSecrets,
  checkAddress,
  tell: enforcing.wake,
  searchLogs: (only: Restrictions, search: Parameters<Core['searchLogs']>[1]) =>
    core.searchLogs(only, search, settings.current().search.deadline_ms),
  guard: blockGuard,
  blockedByRules: core.blockedByRules,
  perHour: () => settings.current().respond.per_hour,
  approval: () => settings.current().respond.approval,
  widest: () => settings.current().respond.widest,
  now,
})
export const attackerNeeds = ({ core, feeds, locator, signalResource, settings, now }: Daemon) => {
  const lookUp = createLookUp({ feeds, locator })
  return {
    attackers: core.attackers,
    attackerDoings: core.attackerDoings,
    attackerFacts: core.attackerFacts,
    attackerLabels: core.attackerLabels,
    attackedUsers: core.attackedUsers,
    standings: core.standings,
    blocksOf: core.blocksOf,
    blockedUsers: core.blockedUsers,
    searchSignals: core.searchSignals,
    async describe(addresses: readonly string[]) {
      const [known, locate] = await Promise.all([lookUp(addresses), locator()])
      return known.map(one => ({ ...one, place: locate(one.address), hosting: asTypeOf(one) !== '' }))
    },
    signalResource,
    patience: () => settings.current().search.deadline_ms,
    flagOver: () => settings.current().respond.flag_over,
    checkQuery,
    now,
  }
}
export const evidenceNeeds = ({ core, keeper, feeds, locator }: Daemon) => ({
  keep: keeper.keep,
  preview: keeper.preview,
  evidence: core.evidence,
  listEvidence: core.listEvidence,
  lookUp: createLookUp({ feeds, locator }),
})
export const triageNeeds = ({ core, signalResource, settings, now }: Daemon) => ({
  getSignal: core.getSignal,
  moveSignals: (only: Restrictions, ctx: WriteContext, moves: Move[]) =>
    core.moveSignals(only, ctx, moves, settings.current().triage.assign_on_act),
  timeline: core.timeline,
  resource: signalResource,
  now,
})
export const caseNeeds = ({ core, settings, now }: Daemon) => ({
  now,
  searchCases: core.searchCases,
  countCases: core.countCases,
  getCase: core.getCase,
  caseTimeline: core.caseTimeline,
  createCase: (only: Restrictions, ctx: WriteContext, given: Parameters<Core['createCase']>[2]) =>
    core.createCase(only, ctx, given, settings.current().triage.assign_on_act),
  changeCase: core.changeCase,
  changeCases: core.changeCases,
  addCaseInsights: (only: Restrictions, ctx: WriteContext, id: string, insights: Parameters<Core['addCaseInsights']>[3]) =>
    core.addCaseInsights(only, ctx, id, insights, settings.current().triage.assign_on_act),
  removeCaseInsights: core.removeCaseInsights,
  commentCase: core.commentCase,
  editCaseComment: core.editCaseComment,
  deleteCaseComment: core.deleteCaseComment,
  caseInsights: core.caseInsights,
  caseFile: core.caseFile,
  selectionIntoCase: (only: Restrictions, ctx: WriteContext, id: string, target: Parameters<Core['selectionIntoCase']>[3]) =>
    core.selectionIntoCase(only, ctx, id, target, settings.current().triage.assign_on_act),
  mergeCases: core.mergeCases,
  unmergeCase: core.unmergeCase,
  splitCase: core.splitCase,
  checkQuery,
})
export const panelNeeds = ({ core, signalResource, settings, now }: Daemon) => ({
  getSignal: core.getSignal,
  searchSignals: core.searchSignals,
  resource: signalResource,
  patience: () => settings.current().search.deadline_ms,
  due: () => settings.current().triage.due,
  now,
})
export const bulkNeeds = ({ core, settings, now }: Daemon) => ({
  select: (only: Restrictions, ctx: WriteContext, asked: Parameters<Core['select']>[2]) =>
    core.select(only, ctx, asked, settings.current().search.deadline_ms),
  applyToSelection: (only: Restrictions, ctx: WriteContext, id: string, wanted: Wanted) =>
    core.applyToSelection(only, ctx, id, wanted, settings.current().triage.assign_on_act),
  undoChange: core.undoChange,
  job: core.job,
  stopJob: core.stopJob,
  checkQuery,
  now,
})
