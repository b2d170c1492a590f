import { browser } from 'wxt/browser'
import type { Assigned, Noticed } from './live.ts'

/** One notice of a kind at a time: what comes next takes its place. */
const ids = ['assigned', 'signals'] as const
type Id = (typeof ids)[number]
/** Where a click leads: to the one signal, else to all of them. */
const leadsTo: Record<Id, string> = { assigned: '', signals: '' }

/** In our own words alone: what logs and rules say stays out of a surface that is not ours. */
export function noticeOf({ ids, by, count }: Assigned): { title: string; message: string } {
  const waiting = count === null || count <= ids.length ? '' : ` ${count} wait for you.`
  return {
    title: ids.length === 1 ? 'A signal is yours' : `${ids.length} signals are yours`,
    message: `${by === '' ? 'Somebody' : by} assigned ${ids.length === 1 ? 'it' : 'them'} to you.${waiting}`,
  }
}

/** The same of what a notification rule tells. */
export function noticeOfSignals({ ids, severity, why }: Noticed): { title: string; message: string } {
  if (why === 'test') return { title: 'Signalbox reaches you here', message: 'This was a test.' }
  if (why === 'workflow') return { title: 'A workflow tells you of something', message: 'Open Signalbox to see what it is about.' }
  const one = why === 'raised' ? `A signal is ${severity} now` : `A new signal is ${severity}`
  return {
    title: ids.length === 1 ? one : `${ids.length} signals, up to ${severity}`,
    message: 'Open it in Signalbox to see what it is about.',
  }
}

/** Tell whoever sits here that signals were given to them, where they allowed that. Never throws. */
export const notify = (news: Assigned): void => show('assigned', news.ids, noticeOf(news))
export const notifySignals = (news: Noticed): void => show('signals', news.why === 'test' ? [] : news.ids, noticeOfSignals(news))

function show(id: Id, of: string[], says: { title: string; message: string }): void {
  leadsTo[id] = of.length === 1 ? `#/signals?signal=${encodeURIComponent(of[0]!)}` : '#/signals'
  void browser.permissions
    .contains({ permissions: ['notifications'] })
    .then(isAllowed => {
      if (!isAllowed || !browser.notifications) return
      const iconUrl = `${location.origin}/icons/128.png`
      return browser.notifications.create(id, { type: 'basic', iconUrl, ...says })
    })
    .catch(error => console.warn(error))
}

/** Lead to the signal when a notice is clicked; the API is there once it is allowed. Called again, it does no more. */
export function watchNotices(): void {
  if (browser.notifications && !browser.notifications.onClicked.hasListener(open)) browser.notifications.onClicked.addListener(open)
}

function open(clicked: string): void {
  const id = ids.find(one => one === clicked)
  if (!id) return
  void browser.tabs.create({ url: `${location.origin}/explorer.html${leadsTo[id]}` })
  void browser.notifications.clear(id)
}
