import type { OpenAPIHono } from '@hono/zod-openapi'
import { createAuthenticate } from './access/authenticate.ts'
import { hostDoor, originDoor, securityHeaders } from './access/doors.ts'
import { keyRoutes } from './access/key-routes.ts'
import { pairingRoutes } from './access/pairing-routes.ts'
import { roleMemberRoutes } from './access/role-member-routes.ts'
import { roleRoutes } from './access/role-routes.ts'
import { userRoutes } from './access/user-routes.ts'
import { validateRoutes } from './access/validate-routes.ts'
import { writeContext } from './access/write-context.ts'
import { answerErrors } from './answer-errors.ts'
import { auditRoutes } from './audit/routes.ts'
import { backupRoutes } from './backup/routes.ts'
import { changeRoutes as caseChangeRoutes } from './cases/change-routes.ts'
import { contentRoutes as caseContentRoutes } from './cases/content-routes.ts'
import { caseFileRoutes } from './cases/file-routes.ts'
import { caseIncidentRoutes } from './cases/incident-routes.ts'
import { caseLinkRoutes } from './cases/link-routes.ts'
import { localCaseRoutes } from './cases/local-routes.ts'
import { caseRoutes } from './cases/routes.ts'
import type { Core } from './core/core.ts'
import type { Move } from './core/moves.ts'
import type { Daemon } from './daemon.ts'
import { backtestRoutes } from './detect/backtest-routes.ts'
import { importRoutes } from './detect/import-routes.ts'
import { detectRoutes } from './detect/routes.ts'
import { ruleHistoryRoutes } from './detect/rule-history-routes.ts'
import { ruleTestRoutes } from './detect/rule-test-routes.ts'
import { signalRoutes } from './detect/signal-routes.ts'
import { statisticsRoutes } from './detect/statistics-routes.ts'
import { previewRoutes } from './detect/suppressions/preview-routes.ts'
import { suppressionRoutes } from './detect/suppressions/routes.ts'
import { addDocs } from './docs.ts'
import { evidenceRoutes } from './evidence/routes.ts'
import { checkQuery } from './explore/query.ts'
import { exploreRoutes } from './explore/routes.ts'
import { incidentLocalRoutes } from './incidents/local-routes.ts'
import { incidentPartRoutes } from './incidents/part-routes.ts'
import { incidentRoutes } from './incidents/routes.ts'
import { intakeRoutes } from './intake/routes.ts'
import { iocRoutes } from './intel/ioc/routes.ts'
import { createLookUp } from './intel/look-up.ts'
import { intelRoutes } from './intel/routes.ts'
import { tableRoutes } from './intel/tables/routes.ts'
import type { WriteContext } from './lib/actor.ts'
import { readBody } from './lib/body.ts'
import { Refusal } from './lib/errors.ts'
import { createRouter, type Env } from './lib/http.ts'
import type { Restrictions } from './lib/restrictions.ts'
import { liveRoutes } from './live.ts'
import { channelRoutes } from './notify/channel-routes.ts'
import { deliveryRoutes } from './notify/delivery-routes.ts'
import { notificationPreviewRoutes } from './notify/preview-routes.ts'
import { notificationRuleRoutes } from './notify/routes.ts'
import { pageRoutes } from './pages.ts'
import { lapiRoutes } from './respond/lapi-routes.ts'
import { listRoutes } from './respond/list-routes.ts'
import { respondRoutes } from './respond/routes.ts'
import { serviceRoutes } from './services/routes.ts'
import { settingsRoutes } from './settings/routes.ts'
import { statusRoutes } from './status.ts'
import { tailRoutes } from './tail-routes.ts'
import { testLogs } from './test-rule.ts'
import { bulkRoutes } from './triage/bulk-routes.ts'
import type { Wanted } from './triage/moving.ts'
import { noteRoutes } from './triage/note-routes.ts'
import { panelRoutes } from './triage/panel-routes.ts'
import { riskRoutes } from './triage/risk-routes.ts'
import { triageRoutes } from './triage/routes.ts'
import { snoozeRoutes } from './triage/snooze-routes.ts'
import { triageStatisticsRoutes } from './triage/statistics-routes.ts'
import { viewRoutes } from './views/routes.ts'
import { callbackRoutes } from './workflows/callback-routes.ts'
import { workflowRoutes } from './workflows/routes.ts'
import { runRoutes } from './workflows/run-routes.ts'
import { secretRoutes } from './workflows/secret-routes.ts'
import { signalWorkflowRoutes } from './workflows/signal-routes.ts'

/** The whole HTTP surface, in the order a request meets it. `hosts` are the names it may be asked by. */
export function createApp(daemon: Daemon, hosts: () => ReadonlySet<string>): OpenAPIHono<Env> {
  const { access, core, version } = daemon
  const app = createRouter()
  app
    .onError(answerErrors(daemon.report))
    .notFound(c => {
      throw new Refusal(methodsOf(app, c.req.path).size > 0 ? 405 : 404, 'not_found', `Nothing answers ${c.req.method} ${c.req.path}`)
    })
    .use(securityHeaders(version))
    .use(hostDoor(hosts))
    .use(originDoor(access.isPaired))
    // whoever opens the address that was printed is looking for something to read
    .get('/', c => c.redirect('/docs'))
    .get('/health', c => c.json({ status: 'ok', version }))
    .route('/', pageRoutes(daemon.pages))
    .route('/', lapiRoutes(lapiNeeds(daemon)))
    .route('/', listRoutes(lapiNeeds(daemon)))
    .use(createAuthenticate(access))
    .use(readBody)
    .use(writeContext)
    .use(async (c, next) => {
      c.set('isReadOnly', daemon.isReadOnly())
      await next()
    })
    .route('/', validateRoutes())
    .route('/', userRoutes(access))
    .route('/', roleRoutes(access, { checkQuery }))
    .route('/', roleMemberRoutes(access))
    .route('/', keyRoutes(access, daemon.now))
    .route('/', pairingRoutes(access, { version, record: core.record }))
    .route('/', intakeRoutes({ ingest: daemon.ingest, checkpoints: core.checkpoints, now: daemon.now }))
    .route('/', exploreRoutes(exploreNeeds(daemon)))
    .route('/', snoozeRoutes(triageNeeds(daemon)))
    .route('/', triageRoutes(triageNeeds(daemon)))
    .route('/', noteRoutes(core))
    .route('/', bulkRoutes(bulkNeeds(daemon)))
    .route('/', panelRoutes(panelNeeds(daemon)))
    .route('/', triageStatisticsRoutes(panelNeeds(daemon)))
    .route('/', caseChangeRoutes(caseNeeds(daemon)))
    .route('/', caseContentRoutes(caseNeeds(daemon)))
    .route('/', caseLinkRoutes(core))
    .route('/', caseIncidentRoutes({ linkIncident: core.linkIncident }))
    .route('/', caseRoutes(caseNeeds(daemon)))
    .route('/', riskRoutes({ ...panelNeeds(daemon), checkQuery }))
    .route('/', localCaseRoutes(caseNeeds(daemon)))
    .route('/', caseFileRoutes(caseNeeds(daemon)))
    .route('/', detectRoutes(core))
    .route('/', importRoutes({ readImport: daemon.readImport, importRules: core.importRules }))
    .route('/', ruleHistoryRoutes(core))
    .route('/', ruleTestRoutes({ getRule: core.getRule, toLog: (item, i) => testLogs(daemon.now())(item, i) }))
    .route('/', backtestRoutes({ getRule: core.getRule, backtest: core.backtest, now: daemon.now }))
    .route('/', statisticsRoutes(core))
    .route('/', suppressionRoutes(core))
    .route('/', previewRoutes({ ...exploreNeeds(daemon), previewSuppression: core.previewSuppression }))
    .route('/', signalRoutes(signalNeeds(daemon)))
    .route('/', evidenceRoutes(evidenceNeeds(daemon)))
    .route(
      '/',
      intelRoutes({
        ...daemon,
        pivot: core.pivot,
        inOpenSignals: core.inOpenSignals,
        standings: core.standings,
        kept: core.kept,
        record: core.record,
        hunts: core.hunts,
      }),
    )
    .route('/', incidentRoutes(incidentNeeds(daemon)))
    .route('/', incidentPartRoutes(incidentNeeds(daemon)))
    .route('/', incidentLocalRoutes(incidentNeeds(daemon)))
    .route('/', iocRoutes(iocNeeds(daemon)))
    .route('/', tableRoutes(tableNeeds(daemon)))
    .route('/', respondRoutes(respondNeeds(daemon)))
    .route('/', notificationRuleRoutes(core))
    .route(
      '/',
      notificationPreviewRoutes({ ...panelNeeds(daemon), ...notifyNeeds(daemon), previewNotifications: core.previewNotifications }),
    )
    .route('/', channelRoutes(notifyNeeds(daemon)))
    .route('/', deliveryRoutes(notifyNeeds(daemon)))
    .route('/', auditRoutes({ head: core.auditHead, verify: core.auditVerify, cut: core.auditCut }))
    .route('/', settingsRoutes({ settings: daemon.settings, readOnlyByFlag: daemon.readOnlyByFlag, kept: core.kept, record: core.record }))
    .route('/', viewRoutes({ views: daemon.views, kept: core.kept, record: core.record }))
    .route('/', serviceRoutes({ services: daemon.services, kept: core.kept, record: core.record }))
    .route('/', workflowRoutes(workflowNeeds(daemon)))
    .route('/', runRoutes(runNeeds(daemon)))
    .route('/', signalWorkflowRoutes(core))
    .route('/', secretRoutes({ secrets: daemon.workflows.secrets, kept: core.kept, record: core.record }))
    .route('/', callbackRoutes(core))
    .route('/', statusRoutes({ statistics: core.statistics }))
    .route('/', backupRoutes({ begin: core.beginBackup, list: core.backups }))
    .route('/', liveRoutes({ bus: daemon.bus, version, counts: core.counts, assigned: core.assigned, seenOf: core.seenOf, access }))
    .route('/', tailRoutes({ tails: daemon.tails, openTail: core.openTail, closeTail: core.closeTail, access }))
  addDocs(app, version)
  return app
}

// named one by one: the core may be a proxy for the worker thread, which has nothing to spread
const exploreNeeds = ({ core, signalResource, settings, now }: Daemon) => ({
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
const incidentNeeds = ({ core, signalResource, now }: Daemon) => ({
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
  resource: signalResource,
  checkQuery,
  now,
})
const iocNeeds = ({ core, locator, settings }: Daemon) => ({
  locator,
  listIndicators: (only: Restrictions, asked: Parameters<Core['listIndicators']>[1]) =>
    core.listIndicators(only, asked, settings.current().search.deadline_ms),
  getIndicator: (only: Restrictions, indicator: string, ocsf: boolean, history: Parameters<Core['getIndicator']>[3]) =>
    core.getIndicator(only, indicator, ocsf, history, settings.current().search.deadline_ms),
  triageIndicator: core.triageIndicator,
  checkQuery,
})
const tableNeeds = ({ core, feeds, tableFeeds }: Daemon) => ({
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
const notifyNeeds = ({ core, notifications: { secrets, guard, deliver, deliveries }, signalResource, now }: Daemon) => ({
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
const workflowNeeds = ({ core, workflows }: Daemon) => ({
  workflows: core.workflows,
  getWorkflow: core.getWorkflow,
  createWorkflow: core.createWorkflow,
  updateWorkflow: core.updateWorkflow,
  deleteWorkflow: core.deleteWorkflow,
  off: workflows.off,
  checkAddress: workflows.checkAddress,
})
const runNeeds = ({ core, workflows }: Daemon) => ({
  getWorkflow: core.getWorkflow,
  startRun: workflows.startRun,
  cancelRun: workflows.cancelRun,
  runs: core.runs,
  run: core.run,
})
const signalNeeds = ({ core, signalResource }: Daemon) => ({
  getSignal: core.getSignal,
  ruleAt: core.ruleAt,
  createSignal: core.createSignal,
  signalResource,
})
const lapiNeeds = ({ core, report, now }: Daemon) => ({
  bouncerKeys: core.bouncerKeys,
  pullDecisions: core.pullDecisions,
  pulled: core.pulled,
  findDecisions: core.findDecisions,
  reportMetrics: core.reportMetrics,
  inForce: core.inForce,
  now,
  report,
})
const respondNeeds = ({ core, blockGuard, settings, now }: Daemon) => ({
  denylist: core.denylist,
  endedBlocks: core.endedBlocks,
  denylistEntry: core.denylistEntry,
  block: core.block,
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
  revokeBouncer: core.revokeBouncer,
  proof: core.proof,
  searchLogs: (only: Restrictions, search: Parameters<Core['searchLogs']>[1]) =>
    core.searchLogs(only, search, settings.current().search.deadline_ms),
  guard: blockGuard,
  blockedByRules: core.blockedByRules,
  perHour: () => settings.current().respond.per_hour,
  approval: () => settings.current().respond.approval,
  widest: () => settings.current().respond.widest,
  now,
})
const evidenceNeeds = ({ core, keeper, feeds, locator }: Daemon) => ({
  keep: keeper.keep,
  preview: keeper.preview,
  evidence: core.evidence,
  listEvidence: core.listEvidence,
  lookUp: createLookUp({ feeds, locator }),
})
const triageNeeds = ({ core, signalResource, settings, now }: Daemon) => ({
  getSignal: core.getSignal,
  moveSignals: (only: Restrictions, ctx: WriteContext, moves: Move[]) =>
    core.moveSignals(only, ctx, moves, settings.current().triage.assign_on_act),
  timeline: core.timeline,
  resource: signalResource,
  now,
})
const caseNeeds = ({ core, settings, now }: Daemon) => ({
  now,
  caseProjects: core.caseProjects,
  createCaseProject: core.createCaseProject,
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
const panelNeeds = ({ core, signalResource, settings, now }: Daemon) => ({
  getSignal: core.getSignal,
  searchSignals: core.searchSignals,
  resource: signalResource,
  patience: () => settings.current().search.deadline_ms,
  due: () => settings.current().triage.due,
  now,
})
const bulkNeeds = ({ core, settings, now }: Daemon) => ({
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

/** Methods that some route has for a path. */
function methodsOf(app: OpenAPIHono<Env>, path: string): Set<string> {
  const pattern = (route: string) => new RegExp(`^${route.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/:[^/]+|\{[^/]+\}/g, '[^/]+')}$`)
  return new Set(app.routes.filter(route => route.method !== 'ALL' && pattern(route.path).test(path)).map(route => route.method))
}
