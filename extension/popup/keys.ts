import type { State } from '../../shared/triage.ts'
import type { Toasts } from '../ui/toast.tsx'
import type { Desk } from './desk.ts'
import { type List, pick, step, unpick } from './list.ts'

type Actions = Record<string, ((event: KeyboardEvent) => unknown) | undefined>

const tabs: Record<string, State> = { o: 'open', r: 'under_review', a: 'archived' }

/** The popup's keys. Arrows, Home, End and Esc work always, letters unless they are switched off, actions only while `live`. */
export function createKeys(
  desk: Desk,
  toasts: Toasts,
  surface: Record<'openFilter' | 'openState' | 'openHelp' | 'openExplorer' | 'openSidePanel', () => void> & { closeTop(): boolean },
) {
  const { list, opened } = desk
  let went = 0
  const by = (change: (list: List) => List) => () => {
    list.value = change(list.value)
  }
  const page = 6
  const always: Actions = {
    ArrowDown: by(now => step(now, 1)),
    ArrowUp: by(now => step(now, -1)),
    PageDown: by(now => step(now, page)),
    PageUp: by(now => step(now, -page)),
    Home: by(now => step(now, -Infinity)),
    End: by(now => step(now, Infinity)),
    Escape() {
      if (surface.closeTop()) return true
      if (desk.archiving.value) desk.archiving.value = null
      else if (opened.row.value) opened.close()
      else if (list.value.picked.size > 0) list.value = unpick(list.value)
      // nothing of ours is open: the browser closes the popup
      else return false
      return true
    },
  }
  const letters: Actions = {
    j: by(now => step(now, 1)),
    k: by(now => step(now, -1)),
    '?': surface.openHelp,
    f: surface.openFilter,
    o: surface.openExplorer,
    p: surface.openSidePanel,
    g() {
      went = Date.now()
    },
  }
  /** With a signal or with several. */
  const moving: Actions = {
    a: () => desk.assign(desk.targets()),
    e: () => desk.askWhy(),
    E: () => desk.move(desk.targets(), 'open'),
    r: () => desk.move(desk.targets(), 'under_review'),
    s: surface.openState,
    b: () => desk.block(),
    u: toasts.undo,
  }
  const acting: Actions = {
    ...moving,
    J: by(now => step(now, 1, true)),
    K: by(now => step(now, -1, true)),
    x: by(now => (now.current ? pick(now, now.current) : now)),
    n: desk.showNew,
  }
  /** While a signal is read: arrows scroll it. */
  const reading = {
    j: () => desk.readNext(1),
    k: () => desk.readNext(-1),
    o: surface.openExplorer,
    p: surface.openSidePanel,
    '?': surface.openHelp,
  }
  return (options: { keys: boolean; live: boolean }): Actions => {
    const gone = Date.now() - went < 1_500
    went = 0
    if (opened.row.value) return { Escape: always['Escape'], ...(options.keys && reading), ...(options.keys && options.live && moving) }
    const goTo = Object.fromEntries(Object.entries(tabs).map(([key, state]) => [key, () => desk.open(state)]))
    const enter = options.live && { Enter: () => desk.read() }
    return {
      ...always,
      ...enter,
      ...(options.keys && letters),
      ...(options.keys && options.live && acting),
      ...(options.keys && gone && goTo),
    }
  }
}
