import { browser } from 'wxt/browser'
import type { Connection, Seen } from '../messages.ts'

// A toolbar has no tokens: these are --critical-fill, --accent and --text-3 of the light scheme, which white text is readable on.
const colours = { level: '#d3144a', well: '#1f57c8', away: '#5d6671' } as const
/** Of a mark under what is known bad: --malicious-fill. */
const here = '#8a1c7c'
type Look = keyof typeof colours

const short = (count: number) => (count === 0 ? '' : count > 999 ? '1k+' : String(count))

/** What the toolbar shows: arm raised = all well, level = an open critical signal, outline = not connected. */
export function lookOf({ state }: Connection, open: number, critical: boolean): { look: Look; text: string; title: string } {
  const text = short(open)
  if (state === 'live' || state === 'connecting')
    return { look: critical ? 'level' : 'well', text, title: `Signalbox: ${open === 0 ? 'nothing' : open} open` }
  if (state === 'away') return { look: 'away', text, title: 'Signalbox: the daemon does not answer' }
  return { look: 'away', text: '', title: `Signalbox: ${state === 'unpaired' ? 'not paired' : 'not connected'}` }
}

/** Show it. */
export async function paint(connection: Connection, open: number, critical: boolean): Promise<void> {
  const { look, text, title } = lookOf(connection, open, critical)
  const { action } = browser
  await Promise.all([
    action.setIcon({ path: { 16: `/icons/${look}-16.png`, 32: `/icons/${look}-32.png` } }),
    action.setBadgeText({ text }),
    action.setBadgeBackgroundColor({ color: colours[look] }),
    action.setBadgeTextColor({ color: '#ffffff' }),
    action.setTitle({ title }),
  ])
}

/** What the toolbar says over a page: its own known bad before the open queue, in a colour of its own; null where the queue's is shown. */
export function pageLook(reading: Seen | undefined): { text: string; title: string } | null {
  const { bad, signals } = reading ?? { bad: 0, signals: 0 }
  if (bad + signals === 0) return null
  const words = [bad > 0 && `${bad} known bad`, signals > 0 && `${signals} in open signals`].filter(Boolean)
  return { text: short(bad + signals), title: `Signalbox: ${words.join(', ')} on this page` }
}

/** Show it on the toolbar of one tab; the browser takes it away when the page is left. */
export async function paintPage(tabId: number, reading: Seen | undefined): Promise<void> {
  const look = pageLook(reading)
  const { action } = browser
  await Promise.all([
    // null: that of all tabs again
    action.setBadgeText({ tabId, text: look?.text ?? (null as never) }),
    action.setTitle({ tabId, title: look?.title ?? (await action.getTitle({})) }),
    look && action.setBadgeBackgroundColor({ tabId, color: here }),
  ])
}
