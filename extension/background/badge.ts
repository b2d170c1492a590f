import { browser } from 'wxt/browser'
import type { Connection } from '../messages.ts'

// A toolbar has no tokens: these are --critical-fill, --accent and --text-3 of the light scheme, which white text is readable on.
const colours = { level: '#d3144a', well: '#1f57c8', away: '#5d6671' } as const
type Look = keyof typeof colours

/** What the toolbar shows: arm raised = all well, level = an open critical signal, outline = not connected. */
export function lookOf({ state }: Connection, open: number, critical: boolean): { look: Look; text: string; title: string } {
  const text = open === 0 ? '' : open > 999 ? '1k+' : String(open)
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
