import { ask, isFailure } from '../relay.ts'
import { handsDown, isLarge } from './cover.ts'
import { type LayerNames, newNames } from './looks.ts'
import { rootElement } from './natives.ts'

/**
 * Have the rules for marks put in while the page is still small: what comes later gets its style with them, once. Put in when the page is there,
 * a rule has the browser ask each of its elements again, a million of them for half a second. What the layers are called then; undefined where
 * the rules are not there, and whoever draws needs some of their own.
 */
export async function dressEarly(page: Document): Promise<LayerNames | undefined> {
  if (!handsDown) return undefined
  const site = await ask('site', {})
  if (isFailure(site) || !site.on) return undefined
  // the background may have had to begin first, and much may stand here by now
  const root = rootElement(page)
  if (root && (!(root instanceof HTMLElement) || isLarge(root))) return undefined
  const names = newNames()
  return isFailure(await ask('dress', { names: Object.values(names) })) ? undefined : names
}
