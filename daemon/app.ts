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
import { caseKindRoutes } from './cases/kind-routes.ts'
import { caseLinkRoutes } from './cases/link-routes.ts'
import { localCaseRoutes } from './cases/local-routes.ts'
import { caseRoutes } from './cases/routes.ts'
import type { Daemon } from './daemon.ts'
import { backtestRoutes } from './detect/backtest-routes.ts'
import { importRoutes } from './detect/import-routes.ts'
import { restrictionRoutes } from './detect/restriction-routes.ts'
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
import { incidentSelectionRoutes } from './incidents/selection-routes.ts'
import { intakeRoutes } from './intake/routes.ts'
import { iocRoutes } from './intel/ioc/routes.ts'
import { intelRoutes } from './intel/routes.ts'
import { tableRoutes } from './intel/tables/routes.ts'
import { readBody } from './lib/body.ts'
import { Refusal } from './lib/errors.ts'
import { createRouter, type Env } from './lib/http.ts'
import { liveRoutes } from './live.ts'
import {
  attackerNeeds,
  bulkNeeds,
  caseNeeds,
  evidenceNeeds,
  exploreNeeds,
  incidentNeeds,
  iocNeeds,
  lapiNeeds,
  notifyNeeds,
  panelNeeds,
  respondNeeds,
  runNeeds,
  signalNeeds,
  tableNeeds,
  triageNeeds,
  workflowNeeds,
} from './needs.ts'
import { channelRoutes } from './notify/channel-routes.ts'
import { deliveryRoutes } from './notify/delivery-routes.ts'
import { notificationPreviewRoutes } from './notify/preview-routes.ts'
import { notificationRuleRoutes } from './notify/routes.ts'
import { pageRoutes } from './pages.ts'
import { pivotRoutes } from './pivots/routes.ts'
import { attackerRoutes } from './respond/attackers/routes.ts'
import { compromisedUserRoutes } from './respond/attackers/user-routes.ts'
import { lapiRoutes } from './respond/lapi-routes.ts'
import { listRoutes } from './respond/list-routes.ts'
import { respondRoutes } from './respond/routes.ts'
import { taxiiRoutes } from './respond/taxii-routes.ts'
import { serviceRoutes } from './services/routes.ts'
import { settingsRoutes } from './settings/routes.ts'
import { statusRoutes } from './status.ts'
import { tailRoutes } from './tail-routes.ts'
import { testLogs } from './test-rule.ts'
import { bulkRoutes } from './triage/bulk-routes.ts'
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
    .route('/', taxiiRoutes(lapiNeeds(daemon)))
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
    .route('/', caseKindRoutes(core))
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
    .route('/', restrictionRoutes(core))
    .route('/', previewRoutes({ ...exploreNeeds(daemon), previewSuppression: core.previewSuppression }))
    .route('/', signalRoutes(signalNeeds(daemon)))
    .route('/', evidenceRoutes(evidenceNeeds(daemon)))
    .route(
      '/',
      intelRoutes({
        ...daemon,
        pivot: core.pivot,
        pivotLogs: core.pivotLogs,
        searchSignals: core.searchSignals,
        inOpenSignals: core.inOpenSignals,
        openNames: core.openNames,
        standings: core.standings,
        proofs: core.proofs,
        flagged: core.flagged,
        blockedWithin: core.blockedWithin,
        openWithin: core.openWithin,
        flaggedWithin: core.flaggedWithin,
        kept: core.kept,
        record: core.record,
        hunts: core.hunts,
      }),
    )
    .route('/', incidentRoutes(incidentNeeds(daemon)))
    .route('/', incidentPartRoutes(incidentNeeds(daemon)))
    .route('/', incidentLocalRoutes(incidentNeeds(daemon)))
    .route('/', incidentSelectionRoutes(incidentNeeds(daemon)))
    .route('/', iocRoutes(iocNeeds(daemon)))
    .route('/', tableRoutes(tableNeeds(daemon)))
    .route('/', respondRoutes(respondNeeds(daemon)))
    .route('/', attackerRoutes(attackerNeeds(daemon)))
    .route('/', compromisedUserRoutes(attackerNeeds(daemon)))
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
    .route('/', pivotRoutes({ pivots: daemon.pivots, kept: core.kept, record: core.record }))
    .route('/', workflowRoutes(workflowNeeds(daemon)))
    .route('/', runRoutes(runNeeds(daemon)))
    .route('/', signalWorkflowRoutes(core))
    .route('/', secretRoutes({ secrets: daemon.workflows.secrets, kept: core.kept, record: core.record }))
    .route('/', callbackRoutes(core))
    .route('/', statusRoutes({ statistics: core.statistics, silentEnforcers: core.silentEnforcers }))
    .route('/', backupRoutes({ begin: core.beginBackup, list: core.backups }))
    .route(
      '/',
      liveRoutes({
        ...{ bus: daemon.bus, version, isReadOnly: daemon.isReadOnly, access },
        ...{ counts: core.counts, assigned: core.assigned, seenOf: core.seenOf },
      }),
    )
    .route('/', tailRoutes({ tails: daemon.tails, openTail: core.openTail, closeTail: core.closeTail, access }))
  addDocs(app, version)
  return app
}

/** Methods that some route has for a path. */
function methodsOf(app: OpenAPIHono<Env>, path: string): Set<string> {
  const pattern = (route: string) => new RegExp(`^${route.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/:[^/]+|\{[^/]+\}/g, '[^/]+')}$`)
  return new Set(app.routes.filter(route => route.method !== 'ALL' && pattern(route.path).test(path)).map(route => route.method))
}
