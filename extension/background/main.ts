import { type Browser, browser } from 'wxt/browser'
import { lookUpAllCommand, lookUpCommand, markCommand, sidePanelCommand } from '../commands.ts'
import type { Push } from '../messages.ts'
import { createAnswers } from './answers.ts'
import { paint, paintPage } from './badge.ts'
import { createDaemon } from './daemon.ts'
import { createDrafts } from './drafts.ts'
import { createEscalations } from './escalations.ts'
import { createFrames } from './frames.ts'
import { readRequest } from './guards.ts'
import { createLive } from './live.ts'
import { lookUpAll } from './look-up-all.ts'
import { allEntries, installMenu, isEntry, lookUp, lookUpSelected } from './menu.ts'
import { notify, notifySignals, watchNotices } from './notices.ts'
import { createPending } from './pending.ts'
import { select, selectFrom } from './select.ts'
import { showBeside } from './side-panel.ts'
import { createSignals } from './signals.ts'
import { createSites, hears } from './sites.ts'
import { openVault } from './vault.ts'

const now = () => Date.now()

/** The background: put together here, and nothing but put together. Listeners must be there before the first await, or the event that woke the worker is lost. */
export function start(): void {
  const frames = createFrames(browser.storage.session)
  // where none hears it, what begins there meanwhile has told something by itself
  const toTab = (tabId: number, push: Push) => void browser.tabs.sendMessage(tabId, push).catch(() => frames.sweep(tabId, hears))
  const tell = (push: Push) => {
    // rejects where neither popup nor options is open
    browser.runtime.sendMessage(push).catch(() => {})
    for (const tabId of frames.tabs()) toTab(tabId, push)
  }
  const vault = openVault()
  let open = { count: 0, critical: false }
  let retry: ReturnType<typeof setTimeout> | undefined
  let counting = false
  let renewed = 0

  const daemon = createDaemon({
    vault,
    version: browser.runtime.getManifest().version,
    fetch: (...request) => fetch(...request),
    now,
    changed(status) {
      const { connection } = status
      const stream = daemon.stream()
      tell({ type: 'status', status })
      countSoon()
      clearTimeout(retry)
      if (stream) {
        live.open(stream)
        void signals.resume()
        void escalations.resume()
      } else live.close()
      if (connection.state === 'away') retry = setTimeout(() => daemon.connect(), connection.nextTry - now())
    },
    parted: async () => {
      await signals.forget()
      await drafts.clear()
    },
  })
  const signals = createSignals({
    daemon,
    vault,
    pending: createPending(vault),
    // pages show none
    tellRefused: () =>
      void signals.unmade().then(({ rows }) => browser.runtime.sendMessage({ type: 'unmade', rows } satisfies Push).catch(() => {})),
    now,
  })
  const drafts = createDrafts(browser.storage.session)
  const escalations = createEscalations({ daemon, drafts })
  const sites = createSites(frames, toTab)
  const answer = createAnswers({
    daemon,
    signals,
    escalations,
    sites,
    frames,
    addLines: from => selectFrom(drafts, from),
    tell,
    shown: tabId => void paintPage(tabId, frames.reading(tabId)).catch(error => console.warn(error)),
  })
  const live = createLive({
    told(ids, counts) {
      tell({ type: 'changed', ids, counts })
      countSoon()
    },
    assigned: notify,
    noticed: notifySignals,
    // pages show none
    workflows: changed => void browser.runtime.sendMessage({ type: 'workflows', ...changed } satisfies Push).catch(() => {}),
    cases: ids => void browser.runtime.sendMessage({ type: 'caseNews', ids } satisfies Push).catch(() => {}),
    blocks() {
      void browser.runtime.sendMessage({ type: 'blockNews', at: now() } satisfies Push).catch(() => {})
      // pages know them by their marks, which they ask for again with news of signals
      for (const tabId of frames.tabs()) toTab(tabId, { type: 'changed', ids: [], counts: null })
    },
    rules: () => void browser.runtime.sendMessage({ type: 'ruleNews', at: now() } satisfies Push).catch(() => {}),
    readOnly: is => daemon.setReadOnly(is),
    incidents: ids => void browser.runtime.sendMessage({ type: 'incidentNews', ids } satisfies Push).catch(() => {}),
    // the session may have ended with the stream; a stream that breaks at once is not opened again and again
    lost() {
      const wait = Math.max(0, renewed + 5_000 - now())
      renewed = now() + wait
      setTimeout(() => daemon.renew(), wait)
    },
  })

  /** The open queue, for the badge and for when the daemon is away. */
  async function count() {
    const list = await signals.queue({ state: 'open' }).catch(() => undefined)
    if (list) open = { count: list.counts.open, critical: list.rows[0]?.severity === 'critical' }
    await paint(daemon.status().connection, open.count, open.critical)
  }
  /** A burst of news is counted once. */
  function countSoon() {
    if (counting) return
    counting = true
    setTimeout(() => {
      counting = false
      void count()
    }, 100)
  }
  async function boot() {
    await Promise.all([frames.load(), sites.sync()])
    await daemon.start()
  }
  // an alarm outlives the worker, a timer does not
  void browser.alarms.create('connect', { periodInMinutes: 0.5 })
  const ready = boot().catch(error => console.error(error))
  const self = { id: browser.runtime.id, root: `${location.origin}/` }

  browser.runtime.onMessage.addListener((message: unknown, sender, reply) => {
    const asked = readRequest(message, sender, self)
    if (!asked) {
      reply({ error: 'Signalbox does not take this request.', status: 400 })
      return false
    }
    ready.then(() => answer(asked.request, asked.from, asked.once)).then(reply)
    return true
  })
  browser.runtime.onInstalled.addListener(() => void installMenu())
  browser.contextMenus.onClicked.addListener((info, tab) => {
    const { menuItemId: entry } = info
    if (Object.hasOwn(allEntries, entry)) void lookUpAll(tab, entry === 'page', info)
    else void (isEntry(entry) ? select(drafts, entry, info, tab) : lookUp(info, tab))
  })
  browser.alarms.onAlarm.addListener(
    () =>
      void ready.then(async () => {
        if (!live.isOpen()) await (daemon.stream() ? daemon.renew() : daemon.connect())
        await signals.resume()
        await escalations.resume()
      }),
  )
  const commands: Record<string, (tab: Browser.tabs.Tab | undefined) => Promise<unknown>> = {
    [sidePanelCommand]: tab => showBeside(tab?.windowId),
    [lookUpCommand]: lookUpSelected,
    [lookUpAllCommand]: tab => lookUpAll(tab, false),
    [markCommand]: tab => ready.then(() => sites.setPage(!frames.reading(tab?.id)?.marking)),
  }
  browser.commands?.onCommand.addListener((command, tab) => void commands[command]?.(tab).catch(error => console.warn(error)))
  watchNotices()
  browser.permissions.onAdded.addListener(() => {
    // the API is there from now on, if it was this that was allowed
    watchNotices()
    void ready.then(() => sites.granted())
  })
  browser.permissions.onRemoved.addListener(() => void ready.then(() => sites.sync()))
  // what a page showed is gone with it; where it was no new page, its script tells again
  browser.tabs.onUpdated.addListener((tabId, { status }) => {
    if (status !== 'complete') return
    void ready.then(() => frames.gone(tabId)).then(() => toTab(tabId, { type: 'tell', again: true }))
  })
  browser.tabs.onRemoved.addListener(tabId => void ready.then(() => frames.gone(tabId)))
}
