import { severities } from '../../shared/severity.ts'
import { archiveReasons } from '../../shared/triage.ts'
import { parseUrl } from '../../shared/url.ts'
import { markKinds, mostSpoken, mostTold, type Protocol, pageRequests, type Request, type RequestType, type Settings } from '../messages.ts'
import { layers } from '../page/looks.ts'
import type { Target } from '../respond-messages.ts'
import { isSnooze, rowHeights, themes } from '../settings.ts'
import { flag, type Guard, type Guards, type GuardsOf, isPlain, list, oneOf, shape, text, whole } from './guard.ts'
import { accessGuards } from './guards/access.ts'
import { attackerGuards } from './guards/attackers.ts'
import { caseGuards } from './guards/cases.ts'
import { evidenceGuards } from './guards/evidence.ts'
import { feedGuards } from './guards/feeds.ts'
import { incidentGuards } from './guards/incidents.ts'
import { notifyGuards } from './guards/notify.ts'
import { address, id, ids, nothing, observable, state } from './guards/parts.ts'
import { pivotGuards } from './guards/pivots.ts'
import { respondGuards } from './guards/respond.ts'
import { ruleGuards } from './guards/rules.ts'
import { searchGuards } from './guards/search.ts'
import { setupGuards } from './guards/setup.ts'
import { signalGuards } from './guards/signals.ts'
import { workflowGuards } from './guards/workflows.ts'

// Every message is taken as if a hostile page had written it: a closed set of types, exact keys, bounded lengths. By hand, because zod stays out of the extension.
// Those of each part of the explorer lie in guards/.

/** `http://127.0.0.1:7420`: nothing but this machine may be asked to be the daemon. */
export const isDaemonUrl = (url: string): boolean =>
  /^http:\/\/(127\.0\.0\.1|localhost)(:[1-9]\d{0,4})?$/.test(url) && parseUrl(url) !== undefined
/** `https://logs.example.net`, as `location.origin` writes it. */
const isOrigin = (url: string): boolean => /^https?:\/\//.test(url) && parseUrl(url)?.origin === url

const origin = text(300, isOrigin)
const filter = shape<object, { mine: boolean; severity: (typeof severities)[number]; service: string }>(
  {},
  { mine: flag, severity: oneOf(severities), service: text(200) },
)
const kinds = shape(Object.fromEntries(markKinds.map(kind => [kind, flag])) as Guards<Record<(typeof markKinds)[number], boolean>>)

const hashes = list(whole(Number.MAX_SAFE_INTEGER), 0, mostTold)

/** Of a rule in the page: nothing that could end it and begin another. */
const layerNames = list(
  text(40, name => /^n[\da-z]+$/.test(name)),
  layers.length,
  layers.length,
)

const guards: GuardsOf<Protocol> = {
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
  lookup: shape({ ip: address }),
  lookupValue: shape({ value: observable }),
  marks: shape({ values: list(observable, 0, 1000) }),
  seen: shape({
    ...{ bad: whole(1_000_000), signals: whole(1_000_000), found: whole(1_000_000) },
    ...{ marking: flag, cut: flag, behind: flag, drawn: flag, spoken: list(address, 0, mostSpoken) },
    told: shape({ bad: hashes, signals: hashes }),
  }),
  site: nothing,
  dress: shape({ names: layerNames }),
  undress: shape({ names: layerNames }),
  left: nothing,
  here: nothing,
  sites: nothing,
  setSite: shape({ origin, on: flag }),
  setAllSites: shape({ on: flag }),
  setPage: shape({ on: flag }),
  showCard: shape({ ip: address }),
  forgetSite: shape({ origin }),
  settings: nothing,
  lookUpPage: nothing,
  setSettings: shape<object, Settings>(
    {},
    { theme: oneOf(themes), rowHeight: oneOf(rowHeights), marks: kinds, keys: flag, snooze: isSnooze },
  ),
  ...accessGuards,
  ...attackerGuards,
  ...caseGuards,
  ...evidenceGuards,
  ...feedGuards,
  ...incidentGuards,
  ...notifyGuards,
  ...pivotGuards,
  ...respondGuards,
  ...ruleGuards,
  ...searchGuards,
  ...setupGuards,
  ...signalGuards,
  ...workflowGuards,
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
  documentId?: string | undefined
  documentLifecycle?: string | undefined
  tab?: { id?: number | undefined; url?: string | undefined } | undefined
}
/**
 * A page of the extension, or a content script in one frame of one tab. `site`: whose pages it is among, where it is sandboxed and has no origin of
 * its own. `nested`: in a frame that the tab's own site does not vouch for. `documentId`: in Chromium.
 */
export type From =
  | { own: true }
  | { own: false; tabId: number; frameId: number; documentId?: string | undefined; origin: string; site: string; nested: boolean }

const originOf = (url: string | undefined): string => parseUrl(url ?? '')?.origin ?? 'null'

function readSender(sender: Sender, self: { id: string; root: string }): From | undefined {
  if (sender.id !== self.id) return undefined
  if (sender.url?.startsWith(self.root)) return { own: true }
  const { tab, frameId, documentId } = sender
  // a page that is only being prepared has not been shown to anybody
  if (tab?.id === undefined || frameId === undefined || sender.documentLifecycle === 'prerender') return undefined
  const from = (sender.origin ?? originOf(sender.url)).slice(0, 300)
  const nested = from === 'null' || (frameId !== 0 && originOf(tab.url) !== from)
  const place = originOf(sender.url)
  const site = from !== 'null' ? from : place !== 'null' ? place : originOf(tab.url)
  return { own: false, tabId: tab.id, frameId, documentId, origin: from, site, nested }
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
