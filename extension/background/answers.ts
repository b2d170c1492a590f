import { browser } from 'wxt/browser'
import type { Answer, Failure, Push, Request, RequestType, Settings } from '../messages.ts'
import { hashOf } from '../respond/asked.ts'
import { readSettings } from '../settings.ts'
import { createAccess } from './access.ts'
import { createAttacking } from './attackers.ts'
import { createCases } from './cases.ts'
import type { Daemon } from './daemon.ts'
import type { Escalations } from './escalations.ts'
import { createFeeds } from './feeds.ts'
import type { Frames } from './frames.ts'
import { changing, type From } from './guards.ts'
import { createIncidents } from './incidents.ts'
import { createInvestigating } from './investigation.ts'
import { createJobs } from './jobs.ts'
import { lookUpAll } from './look-up-all.ts'
import { show } from './menu.ts'
import { createNotifications } from './notifications.ts'
import { onceBy } from './once.ts'
import { createPivots } from './pivots.ts'
import { createResponding } from './respond.ts'
import { createRules } from './rules.ts'
import { createSearching } from './search.ts'
import { Refused, Unsure } from './send.ts'
import { createSetup } from './setup.ts'
import { showSignal, showWindow } from './signal-window.ts'
import type { Signals } from './signals.ts'
import { currentTab, hears, injectCard, injectRules, removeRules, type Sites } from './sites.ts'
import { createViews } from './views.ts'
import { createWorkflows } from './workflows.ts'

type Handlers = { [T in RequestType]: (request: Extract<Request, { type: T }>, from: From) => Promise<Exclude<Answer<T>, Failure>> }

const loadSettings = async (): Promise<Settings> => readSettings((await browser.storage.local.get('settings'))['settings'])

/** Who changed signals from a page, for whoever looks into it later: the last 100, as long as the browser runs. */
async function record(type: RequestType, from: From) {
  const { trail = [] } = await browser.storage.session.get('trail')
  await browser.storage.session.set({ trail: [...(trail as object[]).slice(-99), { at: Date.now(), type, ...from }] })
}

/** What is asked of the daemon and leaves nothing in this worker. */
const asking = (daemon: Daemon) => ({
  ...createRules(daemon),
  ...createFeeds(daemon),
  ...createInvestigating(daemon),
  ...createSearching(daemon),
  ...createJobs(daemon),
  ...createAccess(daemon),
  ...createSetup(daemon),
  ...createNotifications(daemon),
  ...createViews(daemon),
  ...createCases(daemon),
  ...createIncidents(daemon),
  ...createWorkflows(daemon),
  ...createResponding(daemon),
  ...createAttacking(daemon),
  ...createPivots(daemon),
})

/** What the background answers to each request, after guards.ts let it through. The answer never rejects: what went wrong is a Failure. */
export function createAnswers(needs: {
  daemon: Daemon
  signals: Signals
  escalations: Escalations
  sites: Sites
  frames: Frames
  /** Show what is selected in a frame in a window of our own. */
  addLines: (from: Extract<From, { own: false }>) => Promise<void>
  tell: (push: Push) => void
  /** A page told what it shows. */
  shown: (tabId: number) => void
}) {
  const { daemon, signals, escalations, sites, frames, addLines, tell, shown } = needs
  const status = async () => {
    // somebody looks: do not let them wait for the next try
    void daemon.connect(true)
    return daemon.status()
  }
  const handlers: Handlers = {
    ...asking(daemon),
    evidence: escalations.evidence,
    draft: escalations.draft,
    previewDraft: escalations.previewDraft,
    sendDraft: escalations.sendDraft,
    dropDraft: escalations.dropDraft,
    targets: escalations.targets,
    status,
    async retry() {
      await daemon.retry()
      return daemon.status()
    },
    async pair({ url, code }) {
      await daemon.pair(url, code)
      return daemon.status()
    },
    async unpair() {
      await daemon.unpair()
      return daemon.status()
    },
    queue: signals.queue,
    signal: signals.details,
    async openSignal({ id, run }) {
      await showSignal(id, browser.storage.session, run)
      return {}
    },
    async loadCard(_, from) {
      if (!from.own) await injectCard(from)
      return {}
    },
    async addLines(_, from) {
      if (!from.own) await addLines(from)
      return {}
    },
    async openBlock(asked) {
      await showWindow('blockWindow', `/block.html${hashOf(asked)}`, browser.storage.session)
      return {}
    },
    move: signals.move,
    assign: signals.assign,
    snooze: signals.snooze,
    wake: signals.wake,
    undo: signals.undo,
    unmade: signals.unmade,
    seenUnmade: signals.seenUnmade,
    lookup: signals.lookup,
    lookupValue: signals.lookupValue,
    marks: signals.marks,
    async seen({ type: _, ...reading }, from) {
      if (from.own) return {}
      await frames.note(from, reading)
      shown(from.tabId)
      return {}
    },
    async left(_, from) {
      if (from.own) return {}
      await frames.left(from)
      shown(from.tabId)
      return {}
    },
    async site(_, from) {
      const crowded = !from.own && frames.turnsAway(from)
      return { on: !from.own && !crowded && (await sites.isOn(from.site)), crowded }
    },
    async dress({ names }, from) {
      if (from.own || from.documentId === undefined || !(await sites.isOn(from.site)))
        throw new Refused(0, 'Marks are not switched on here.')
      await injectRules(from.tabId, from.documentId, names)
      return {}
    },
    async undress({ names }, from) {
      if (!from.own && from.documentId !== undefined) await removeRules(from.tabId, from.documentId, names)
      return {}
    },
    async here() {
      const tab = await currentTab()
      if (tab?.id !== undefined) {
        await frames.sweep(tab.id, hears)
        shown(tab.id)
      }
      return sites.here(tab)
    },
    sites: sites.list,
    async setSite({ origin, on }) {
      await sites.set(origin, on)
      return {}
    },
    async setAllSites({ on }) {
      await sites.setAll(on)
      return {}
    },
    async setPage({ on }) {
      await sites.setPage(on)
      return {}
    },
    async showCard({ ip }) {
      const { id } = (await currentTab()) ?? {}
      if (id === undefined || !(await show(id, 0, { type: 'card', ip, text: ip })))
        throw new Refused(0, 'No card opens on this page. Look the address up in the explorer.')
      return {}
    },
    async lookUpPage() {
      await lookUpAll(await currentTab(), true)
      return {}
    },
    async forgetSite({ origin }) {
      await sites.forget(origin)
      return {}
    },
    settings: loadSettings,
    async setSettings(changes) {
      const settings = readSettings(changes, await loadSettings())
      await browser.storage.local.set({ settings })
      tell({ type: 'settings', settings })
      return settings
    },
  }

  return async (request: Request, from: From, key?: string): Promise<object> => {
    try {
      const keyed: Partial<Handlers> = key === undefined ? {} : asking(onceBy(daemon, key))
      const answer = (keyed[request.type] ?? handlers[request.type]) as (request: Request, from: From) => Promise<object>
      // one that tells is noted with what it tells: noted before, what it tells next could come first
      if (!from.own && request.type !== 'seen' && request.type !== 'left') await frames.note(from)
      if (!from.own && changing.includes(request.type)) await record(request.type, from)
      return await answer(request, from)
    } catch (error) {
      const { message, status = 0, problems = [] } = error as Error & Partial<Pick<Failure, 'status' | 'problems'>>
      return {
        error: message,
        status,
        ...(problems.length > 0 && { problems }),
        ...(error instanceof Unsure && { unsure: true }),
      } satisfies Failure
    }
  }
}
