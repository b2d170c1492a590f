import { browser } from 'wxt/browser'
import type { Assigned } from './live.ts'

/** One notice at a time: what comes next takes its place. */
const id = 'assigned'
/** Where a click leads: to the one signal, else to all that wait for the user. */
let leadsTo = ''

/** In our own words alone: what logs and rules say stays out of a surface that is not ours. */
export function noticeOf({ ids, by, count }: Assigned): { title: string; message: string } {
  const waiting = count === null || count <= ids.length ? '' : ` ${count} wait for you.`
  return {
    title: ids.length === 1 ? 'A signal is yours' : `${ids.length} signals are yours`,
    message: `${by === '' ? 'Somebody' : by} assigned ${ids.length === 1 ? 'it' : 'them'} to you.${waiting}`,
  }
}

/** Tell whoever sits here that signals were given to them, where they allowed that. Never throws. */
export function notify(news: Assigned): void {
  leadsTo = news.ids.length === 1 ? `#/signals?signal=${encodeURIComponent(news.ids[0]!)}` : '#/signals'
  void browser.permissions
    .contains({ permissions: ['notifications'] })
    .then(isAllowed => {
      if (!isAllowed || !browser.notifications) return
      const iconUrl = `${location.origin}/icons/128.png`
      return browser.notifications.create(id, { type: 'basic', iconUrl, ...noticeOf(news) })
    })
    .catch(error => console.warn(error))
}

/** Lead to the signal when a notice is clicked; the API is there once it is allowed. Called again, it does no more. */
export function watchNotices(): void {
  if (browser.notifications && !browser.notifications.onClicked.hasListener(open)) browser.notifications.onClicked.addListener(open)
}

function open(clicked: string): void {
  if (clicked !== id) return
  void browser.tabs.create({ url: `${location.origin}/explorer.html${leadsTo}` })
  void browser.notifications.clear(id)
}
