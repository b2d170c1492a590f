import { type Browser, browser } from 'wxt/browser'
import { evidenceLimits, pageAddress, whyNotKept } from '../../shared/evidence.ts'
import { parseUrl } from '../../shared/url.ts'
import { searchFor } from '../evidence/search.ts'
import type { Escalation } from '../evidence-messages.ts'
import type { Read } from '../selection/read.ts'
import type { Drafts, KeptDraft } from './drafts.ts'
import { isPlain } from './guard.ts'
import { Refused } from './send.ts'
import { openWindow } from './signal-window.ts'

/** Where WXT puts `entrypoints/selection.ts`. */
const script = '/selection.js'
const pageText = '/page-text.js'

/** Of what is too much only the beginning is shown. */
const mostShown = 65_536
const tooMuch = 'More is selected than is kept: 1 MB at most. Select fewer lines.'

/** Where lines were selected, and what the browser itself gives of them: cut, and without line breaks. */
export interface At {
  tab: Browser.tabs.Tab
  frameId: number
  text: string
  url: string
}

/** Answers with the selection and its line breaks; undefined where no script is let in, or finds nothing. */
async function readWhole({ tab, frameId }: At): Promise<Read | undefined> {
  try {
    const [{ result } = {}] = await browser.scripting.executeScript({
      target: { tabId: tab.id!, frameIds: [frameId] },
      files: [script],
    })
    return isRead(result) && result.text.trim() !== '' ? result : undefined
  } catch {
    // a page of the browser, a store, or a frame of a site that the click does not cover
    return undefined
  }
}
/** It was read in a page: what a page could have made of it is checked like a message. */
const isRead = (value: unknown): value is Read =>
  isPlain(value) && ['text', 'url', 'title'].every(key => typeof value[key] === 'string') && typeof value['cut'] === 'boolean'

/** What is selected in a tab, in the first of its frames that has a selection. */
export async function selectedIn(tabId: number): Promise<{ frameId: number; text: string }> {
  const frames = await browser.scripting.executeScript({ target: { tabId, allFrames: true }, files: [script] }).catch(() => [])
  const { frameId = 0, result } = frames.find(({ result }) => isRead(result) && result.text.trim() !== '') ?? {}
  return { frameId, text: isRead(result) ? result.text : '' }
}

/** All that the frames of a tab show. */
export async function shownIn(tabId: number): Promise<{ text: string; cut: boolean }> {
  const inject = (allFrames: boolean) => browser.scripting.executeScript({ target: { tabId, allFrames }, files: [pageText] })
  const frames = await inject(true).catch(() => inject(false))
  const read = frames.flatMap(({ result }) => (isRead(result) ? [result] : []))
  return { text: read.map(({ text }) => text).join('\n'), cut: read.some(({ cut }) => cut) }
}

const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\ufffd')
/** `https://…` of the frame that the lines are in, or of the page around it. */
const addressOf = (...urls: (string | undefined)[]): string =>
  pageAddress(urls.find(url => url !== undefined && /^(?:https?|file):$/.test(parseUrl(url)?.protocol ?? '')) ?? 'about:blank').slice(
    0,
    evidenceLimits.url,
  )

/** What is selected, as a draft of which nothing is sent yet. */
export async function readDraft(at: At, wanted: Escalation, now: number): Promise<KeptDraft> {
  const whole = await readWhole(at)
  const text = wellFormed(whole?.text ?? at.text)
  const why = whole?.cut ? tooMuch : (whyNotKept(text) ?? '')
  return {
    id: crypto.randomUUID(),
    key: crypto.randomUUID(),
    wanted,
    text: why === '' ? text : text.slice(0, mostShown),
    flat: whole === undefined,
    why,
    page: {
      url: addressOf(whole?.url, at.url, at.tab.url),
      title: wellFormed((at.tab.title ?? whole?.title ?? '').slice(0, evidenceLimits.title)),
    },
    time: now,
    sending: null,
    error: '',
    kept: null,
    made: {},
  }
}

/** An entry of the context menu was clicked: nothing is sent before it is confirmed in our own window. */
export async function select(
  drafts: Drafts,
  entry: Escalation | 'search',
  info: Browser.contextMenus.OnClickData,
  tab: Browser.tabs.Tab | undefined,
): Promise<void> {
  if (tab?.id === undefined) return
  const at = { tab, frameId: info.frameId ?? 0, text: info.selectionText ?? '', url: info.frameUrl ?? info.pageUrl ?? '' }
  const draft = await readDraft(at, entry === 'search' ? 'keep' : entry, Date.now())
  if (entry === 'search') return void (await browser.tabs.create({ url: `${location.origin}/explorer.html${searchFor(draft.text)}` }))
  await openDraft(drafts, draft)
}

/** The card of a page asks for the same: what is selected there, for a case. */
export async function selectFrom(drafts: Drafts, { tabId, frameId }: { tabId: number; frameId: number }): Promise<void> {
  const draft = await readDraft({ tab: await browser.tabs.get(tabId), frameId, text: '', url: '' }, 'case', Date.now())
  if (draft.text.trim() === '') throw new Refused(0, 'Nothing is selected on this page any more. Select the lines again.')
  await openDraft(drafts, draft)
}

/** Show it in a window of our own, where no page can draw, read or click. */
async function openDraft(drafts: Drafts, draft: KeptDraft): Promise<void> {
  await drafts.add(draft)
  await openWindow(`${location.origin}/evidence.html#${draft.id}`)
}
