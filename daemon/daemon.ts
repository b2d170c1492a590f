import type { LiveEvent } from '../shared/live.ts'
import { parseDuration } from '../shared/time.ts'
import { type Access, createAccess } from './access/access.ts'
import { createAutomaticBlocking } from './automatic-blocking.ts'
import type { Core } from './core/core.ts'
import type { TailPush } from './core/tails.ts'
import type { ReadImport } from './detect/sigma/read.ts'
import { createEnforcing } from './enforcing.ts'
import { createKeeper, type Keeper } from './evidence/keep.ts'
import { createHunting, type Hunting } from './hunting.ts'
import { readSelection } from './intake/selection.ts'
import { createEnrich } from './intel/enrich.ts'
import { createFeeds, type Feeds } from './intel/feeds.ts'
import { type GeoData, type Locate, openGeo, Unread } from './intel/geo.ts'
import type { ReadFeed } from './intel/read-feed.ts'
import { createTableFeeds, type TableFeeds } from './intel/tables/table-feeds.ts'
import { createUpdates, type Updates } from './intel/updates.ts'
import { createAddressGuard } from './lib/address-guard.ts'
import type { Bus } from './lib/bus.ts'
import { createOutbound } from './lib/outbound.ts'
import { openSecretFile } from './lib/secret-file.ts'
import { createNotifications, type Notifications } from './notifications.ts'
import { createIngest } from './pipeline.ts'
import { openPivots, type Pivots } from './pivots/pivots.ts'
import { createBlockCheck } from './respond/block-check.ts'
import { createEnforcerSecrets, type EnforcerSecrets } from './respond/enforcer-secrets.ts'
import { gatewaysOf } from './respond/gateways.ts'
import { createGuard, type Guard } from './respond/guard.ts'
import { openServices, type Services } from './services/services.ts'
import { openSettings, type Settings, type SettingsFile } from './settings/settings.ts'
import { createSignalResource } from './triage/wire.ts'
import { openViews, type Views } from './views/views.ts'
import { createWorkflowDesk, type WorkflowDesk } from './workflow-desk.ts'

export interface DaemonOptions {
  core: Core
  bus: Bus<LiveEvent>
  /** What live tails have to tell. */
  tails: Bus<TailPush>
  /** Where feeds lie. */
  feedsDir: string
  /** Where the secrets of channels lie. */
  channelSecretsFile: string
  /** Where the secrets of enforcers lie. */
  enforcerSecretsFile: string
  settingsFile: string
  viewsFile: string
  servicesFile: string
  pivotsFile: string
  workflowSecretsFile: string
  readImport: ReadImport
  version: string
  now: () => number
  report: (error: unknown) => void
  /** Reads feeds in another thread; else it is done here. */
  readFeed?: ReadFeed
  /** Nothing is to be written, whatever the settings say. */
  readOnly?: boolean
  /** Reads the places of addresses in another thread; else that is done here too. */
  readGeo?: () => Promise<GeoData>
  /** Pages by path that are served without a key. */
  pages?: ReadonlyMap<string, string>
  /** Ends a process with all that it has begun. */
  endGroup?: (pid: number) => void
}

export interface Daemon {
  core: Core
  access: Access
  feeds: Feeds
  tableFeeds: TableFeeds
  /** Has stored logs matched again when feeds change. */
  hunting: Hunting
  /** Keeps lines that people select on pages. */
  keeper: Keeper
  /** Keeps feeds up to date. */
  updates: Updates
  /** Tells people of signals. */
  notifications: Notifications
  /** Keeps runs of workflows going. */
  workflows: WorkflowDesk
  settings: SettingsFile
  views: Views
  services: Services
  pivots: Pivots
  /** What speaks against a block. */
  blockGuard: Guard
  /** Blocks what rules want blocked. */
  automaticBlocking: ReturnType<typeof createAutomaticBlocking>
  /** Tells enforcers that do not ask. */
  enforcing: ReturnType<typeof createEnforcing>
  enforcerSecrets: EnforcerSecrets
  /** Refuses an address that would not be asked. */
  checkAddress(url: string): Promise<void>
  readOnlyByFlag: boolean
  /** Whether nothing is to be written now. */
  isReadOnly(): boolean
  bus: Bus<LiveEvent>
  tails: Bus<TailPush>
  /** What tells where addresses are; the first who asks has it read. */
  locator: () => Promise<Locate>
  ingest: ReturnType<typeof createIngest>['ingest']
  signalResource: ReturnType<typeof createSignalResource>
  readImport: ReadImport
  /** Where it is asked, and the ports that it listens on: known once one is open. */
  own: { url: string; ports: number[] }
  version: string
  now: () => number
  report: (error: unknown) => void
  pages: ReadonlyMap<string, string>
}

/** Build every part once and hand each the parts it needs. */
export async function createDaemon({
  core,
  bus,
  tails,
  feedsDir,
  channelSecretsFile,
  enforcerSecretsFile,
  settingsFile,
  viewsFile,
  servicesFile,
  pivotsFile,
  workflowSecretsFile,
  readImport,
  version,
  now,
  report,
  readFeed,
  readOnly = false,
  readGeo,
  pages = new Map(),
  endGroup = () => {},
}: DaemonOptions): Promise<Daemon> {
  const apply = ({ search, read_only }: Settings) =>
    Promise.all([core.setMemory(search.memory_bytes), core.setReadOnly(readOnly || read_only)])
  let automaticBlocking: Daemon['automaticBlocking'] | undefined
  const settings = await openSettings(
    settingsFile,
    changed =>
      void apply(changed).then(() => {
        automaticBlocking?.wake()
        bus.publish({ type: 'read_only', read_only: readOnly || changed.read_only })
      }, report),
  )
  await apply(settings.current())
  const { locate, locator, forget } = openGeo({ own: address => feeds.placesOf(address), report, ...(readGeo && { read: readGeo }) })
  let hunting: Hunting | undefined
  const changed = () => {
    forget()
    hunting?.changed()
  }
  const feeds: Feeds = createFeeds({ dir: feedsDir, now, changed, ...(readFeed && { read: readFeed }) })
  await feeds.open()
  const enriched = createEnrich({ ...feeds, locate })
  const {
    ingest,
    enriched: enrichedSoon,
    settled,
  } = createIngest({
    enrich(log) {
      try {
        return enriched(log)
      } catch (error) {
        if (error instanceof Unread) return undefined
        throw error
      }
    },
    ready: locator,
    append: core.append,
  })
  hunting = createHunting({ core, feeds, settled, report })
  const own: Daemon['own'] = { url: '', ports: [] }
  const guarding = { allowed: () => settings.current().outbound.allowed_hosts, ownPorts: () => own.ports }
  const outbound = createOutbound({ ...guarding, userAgent: `signalbox/${version}` })
  const guard = createAddressGuard(guarding)
  const access = await createAccess(core, now)
  const { users, isService } = access
  const widest = () => settings.current().respond.widest
  const blockGuard = createGuard({ knownGood: feeds.knownGood, widest, gateways: gatewaysOf, users, isService })
  const isReadOnly = () => readOnly || settings.current().read_only
  const { keepEvidence, settleEvidence, pendingEvidence, evidenceText } = core
  const keeper = createKeeper({
    ...{ keepEvidence, settleEvidence, pendingEvidence, evidenceText, read: readSelection, ingest },
    ...{ enriched: enrichedSoon, isReadOnly, report, now },
  })
  // what a kill has left
  keeper.resume()
  const tableFeeds = createTableFeeds({ feeds, table: core.table, listRows: core.listRows })
  await tableFeeds.open(await core.tables())
  const secrets = await openSecretFile(workflowSecretsFile)
  const commandsDir = () => settings.current().workflows.commands_dir
  const url = () => own.url
  const checkBlocks = createBlockCheck({ guard: blockGuard, respond: () => settings.current().respond })
  const workflows = createWorkflowDesk({ core, bus, outbound, secrets, commandsDir, endGroup, checkBlocks, url, isReadOnly, now, report })
  const limits = () => {
    const { per_hour: perHour, repeats, approval, widest } = settings.current().respond
    return { perHour, approval, widest, repeats: { factor: repeats.factor, longest: parseDuration(repeats.longest) } }
  }
  automaticBlocking = createAutomaticBlocking({ core, bus, guard: blockGuard, limits, report })
  const enforcerSecrets = createEnforcerSecrets(await openSecretFile(enforcerSecretsFile))
  // feeds may have changed while the daemon was off
  hunting.changed()
  return {
    core,
    access,
    feeds,
    tableFeeds,
    hunting,
    keeper,
    updates: createUpdates({ feeds, outbound, now, record: (actor, event) => core.record({ actor }, event, null) }),
    notifications: await createNotifications({
      core,
      bus,
      secretsFile: channelSecretsFile,
      outbound,
      guard,
      toWorkflow: workflows.deliver,
      now,
      report,
    }),
    workflows,
    own,
    settings,
    views: await openViews(viewsFile, now),
    services: await openServices(servicesFile),
    pivots: await openPivots(pivotsFile),
    blockGuard,
    automaticBlocking,
    enforcing: createEnforcing({ core, bus, outbound, secrets: enforcerSecrets, isReadOnly, now, report }),
    enforcerSecrets,
    checkAddress: outbound.check,
    readOnlyByFlag: readOnly,
    isReadOnly,
    bus,
    tails,
    locator,
    ingest,
    signalResource: createSignalResource(now, () => settings.current().triage.due),
    readImport,
    version,
    now,
    report,
    pages,
  }
}
