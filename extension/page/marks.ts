import type { MarkKind } from '../messages.ts'
import { type Cover, coverOf, everywhere } from './cover.ts'
import { drawingOf, type Layer, type LayerNames, layers, newNames, rulesOf } from './looks.ts'
import { adopt, caretAt, contains, disown, isConnected, rootElement } from './natives.ts'
import { deepElementAt } from './point.ts'
import type { Spot } from './runs.ts'
import { rangeOf, rectsOf } from './spots.ts'

/** What is drawn of one text, and what stood there then. */
interface Drawn {
  written: string
  spots: Spot[]
  /** Beside each spot; undefined where its kind is not known or not shown. */
  drawings: ({ kind: MarkKind; layer: Layer; ranges: AbstractRange[] } | undefined)[]
}

/**
 * Marks on addresses and names by the browser's own highlights: nothing of the page's tree changes, and only what is near the screen is drawn.
 * `early`: what the layers are called by rules that the page has had from its beginning (early.ts); there is no need for any of our own then.
 */
export function createMarks(page: Document, kindOf: (spot: Spot) => MarkKind | undefined, early?: LayerNames) {
  const drawings = {} as Record<Layer, Highlight>
  // a shadow tree has few elements; of a document the rules cover what is near the screen
  const sheet = new CSSStyleSheet()
  const within = new CSSStyleSheet()
  let cover: Cover | undefined
  const names = early ?? newNames()
  for (const layer of layers) {
    drawings[layer] = new Highlight()
    drawings[layer].priority = layer === 'current' ? 1 : 0
  }
  /** Layers that have held something: for each the browser makes one style more of every element that its rule holds for. */
  const worn = new Set<Layer>()
  const rules = (selectors: readonly string[]) => [...worn].flatMap(layer => rulesOf(layer, names[layer], selectors)).join('')
  function spread(next: Cover | undefined) {
    cover = next
    if (cover) sheet.replaceSync(rules(cover.selectors))
  }
  function wear(layer: Layer) {
    if (early || worn.has(layer)) return
    worn.add(layer)
    within.replaceSync(rules(['']))
    // of a rule that is put in the browser asks whom it holds for, of others not again
    if (cover) for (const rule of rulesOf(layer, names[layer], cover.selectors)) sheet.insertRule(rule, sheet.cssRules.length)
  }
  const roots = new Set<Document | ShadowRoot>()
  const dress = (tree: Document | ShadowRoot) => adopt(tree, tree instanceof ShadowRoot ? within : sheet)
  const undress = (tree: Document | ShadowRoot) => disown(tree, tree instanceof ShadowRoot ? within : sheet)
  let dressed = false
  /**
   * Only what is drawn is registered, and only once something is are there rules of our own: an empty highlight costs every repaint, and both show the page
   * that somebody is there. The rules then stay, since to take them away costs as much as to put them there.
   */
  function change(layer: Layer, by: (drawing: Highlight) => void) {
    const drawing = drawings[layer]
    const had = drawing.size > 0
    by(drawing)
    if (had === drawing.size > 0) return
    if (had) CSS.highlights.delete(names[layer])
    else CSS.highlights.set(names[layer], drawing)
    if (had) return
    wear(layer)
    if (early || dressed) return
    dressed = true
    roots.forEach(dress)
  }
  const drawnAddresses = new Map<Text, Drawn>()
  const drawnNames = new Map<Text, Drawn>()
  const drawn = [drawnAddresses, drawnNames]
  let shown: Record<MarkKind, boolean> | undefined

  function draw(of: Drawn) {
    for (const [i, spot] of of.spots.entries()) {
      const kind = kindOf(spot)
      const wanted = kind && shown?.[kind] ? kind : undefined
      const old = of.drawings[i]
      if (old?.kind === wanted) continue
      erase(old)
      of.drawings[i] = undefined
      if (!wanted) continue
      const { layer, pieces } = drawingOf(wanted, spot)
      const ranges = pieces.flatMap(piece => rangeOf(piece) ?? [])
      if (ranges.length === 0) continue
      of.drawings[i] = { kind: wanted, layer, ranges }
      change(layer, drawing => ranges.forEach(range => void drawing.add(range)))
    }
  }
  function erase(old: Drawn['drawings'][number]) {
    if (old) change(old.layer, drawing => old.ranges.forEach(range => void drawing.delete(range)))
  }
  function rub(text: Text, from: Map<Text, Drawn>) {
    from.get(text)?.drawings.forEach(erase)
    from.delete(text)
  }
  function put(text: Text, spots: Spot[], into: Map<Text, Drawn>) {
    const old = into.get(text)
    const written = writtenIn(text, spots)
    const same =
      old && old.written === written && old.spots.length === spots.length && spots.every((spot, i) => isSame(spot, old.spots[i]!))
    if (same) return
    rub(text, into)
    if (spots.length === 0) return
    const now: Drawn = { written, spots, drawings: [] }
    into.set(text, now)
    draw(now)
  }
  const drawAll = () => {
    for (const some of drawn) some.forEach(draw)
  }
  function root(tree: Document | ShadowRoot) {
    roots.add(tree)
    if (dressed) dress(tree)
  }
  root(page)

  return {
    root,
    /** Where there may be marks now. */
    near(texts: readonly Text[]) {
      const top = early ? null : rootElement(page)
      if (top && !(cover && texts.every(cover.reaches))) spread(coverOf(top, texts))
    },
    /** The page has put children in or away. */
    moved(parent: Node) {
      if (cover?.counts(parent)) spread(everywhere)
    },
    /** Draw the addresses that begin in a text in place of those that were drawn there. */
    put: (text: Text, spots: Spot[]) => put(text, spots, drawnAddresses),
    /** The same of names. */
    name: (text: Text, spots: Spot[]) => put(text, spots, drawnNames),
    /** Take away what is drawn of every text but these. */
    keep(texts: { has(text: Text): boolean }) {
      for (const some of drawn) for (const text of some.keys()) if (!texts.has(text)) rub(text, some)
    },
    /** Take away what is drawn of texts that have gone or changed; the changed ones are returned. */
    stale(): Iterable<Text> {
      const changed = new Set<Text>()
      for (const some of drawn)
        for (const [text, { written, spots }] of some) {
          const here = isConnected(text)
          if (here && writtenIn(text, spots) === written) continue
          rub(text, some)
          if (here) changed.add(text)
        }
      return changed
    },
    /** Which kinds are drawn. */
    show(kinds: Record<MarkKind, boolean>) {
      shown = kinds
      drawAll()
    },
    /** Kinds have changed. */
    renew: drawAll,
    *values(): Generator<string> {
      for (const some of drawn) for (const { spots } of some.values()) for (const { value } of spots) yield value
    },
    /** Put back what a page took away when it replaced its style sheets or cleared all highlights, and let go of trees that have gone. */
    tidy() {
      for (const layer of layers)
        if (drawings[layer].size > 0 && !CSS.highlights.has(names[layer])) CSS.highlights.set(names[layer], drawings[layer])
      for (const tree of roots) {
        if (tree instanceof ShadowRoot && !isConnected(tree)) roots.delete(tree)
        else if (dressed) dress(tree)
      }
    },
    roots: (): Iterable<Document | ShadowRoot> => roots,
    /** The value at a point of the viewport, if it is not covered there; of several the shortest. A name is one once something is known of it. */
    at(x: number, y: number): { spot: Spot; rect: DOMRect } | undefined {
      const target = deepElementAt(page, x, y)
      if (!target) return undefined
      // one caret is found sooner than the rectangles of all that is drawn
      const under = caretAt(
        page,
        x,
        y,
        [...roots].filter(root => root instanceof ShadowRoot),
      )
      let found: { spot: Spot; rect: DOMRect } | undefined
      for (const some of drawn)
        for (const [text, { spots }] of some) {
          if (!contains(target, text)) continue
          for (const spot of spots) {
            const { value, texts, from, to, name } = spot
            if (found && found.spot.value.length <= value.length) continue
            if (name && kindOf(spot) === undefined) continue
            if (under && texts.length === 1 && (text !== under.node || under.offset < from || under.offset > to)) continue
            const rect = rectsOf(spot).find(({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom)
            if (rect) found = { spot, rect }
          }
        }
      return found
    },
    /** A card may open soon: what that shows does not wait for one rule more, nor did the first marks. */
    prepare: () => wear('current'),
    /** Tint the value whose card is open. */
    current(spot: Spot | undefined) {
      const range = spot && rangeOf(spot)
      change('current', drawing => {
        drawing.clear()
        if (range) drawing.add(range)
      })
    },
    /** Take everything away; no trace stays. */
    stop() {
      for (const name of Object.values(names)) CSS.highlights.delete(name)
      roots.forEach(undress)
      roots.clear()
      for (const some of drawn) some.clear()
    },
  }
}
export type Marks = ReturnType<typeof createMarks>

/** The text, with those that its values go on in. */
const writtenIn = (text: Text, spots: readonly Spot[]): string =>
  spots.reduce(
    (all, { texts }) => (texts.length > 1 ? `${all}\n${texts.map(piece => (isConnected(piece) ? piece.data : '')).join('\n')}` : all),
    text.data,
  )
const isSame = (a: Spot, b: Spot) =>
  a.value === b.value &&
  a.from === b.from &&
  a.to === b.to &&
  a.texts.length === b.texts.length &&
  a.texts.every((text, i) => text === b.texts[i])
