import type { Page } from 'playwright-core'
import type { openOverlay } from '../../e2e/overlay.ts'
import type { Row } from '../measures/measure.ts'
import { median, percentile } from '../statistics.ts'
import { measureCard } from './card.ts'
import {
  bareCaret,
  bareLooks,
  bareMark,
  bareRule,
  build,
  expressions,
  firstMark,
  floor,
  kinds,
  type PageKind,
  recycle,
  scroll,
  tail,
  wrapAll,
} from './in-page.ts'
import { metrics, traced } from './trace.ts'

export interface Stage {
  overlay: Awaited<ReturnType<typeof openOverlay>>
  lines: number
  /** How often a figure is taken; the median counts. */
  rounds: number
  tailSeconds: number
  seed: number
  tell(text: string): void
}

const empty = (rules = '') =>
  `<!doctype html><meta charset="utf-8"><title>Log</title><style>body { margin: 0; font: 12px/15px monospace } ${rules}</style><body></body>`

/** Each yields its rows when they are there: on a busy machine all of them take a quarter of an hour. */
const measures = {
  card: measureCards,
  scan: measureScan,
  scroll: measureScrolling,
  recycle: measureRecycling,
  tail: measureTail,
  nothing: measureNothing,
}
export const names = Object.keys(measures)
export async function* measureOverlay(stage: Stage, only: readonly string[]): AsyncGenerator<Row[]> {
  for (const [name, measure] of Object.entries(measures))
    if (only.includes(name)) for (const kind of measure.length > 1 ? kinds : [kinds[0]]) yield await measure(stage, kind)
}

interface Before {
  /** Of a site that was switched on before it was opened. */
  early?: true
  /** Its own. */
  rules?: string
}

/** A new page filled so, settled; `use` gets it, and it is gone. */
async function onPage<T>(
  { overlay, lines, seed }: Stage,
  kind: PageKind | undefined,
  addresses: boolean,
  use: (page: Page) => Promise<T>,
  { early, rules }: Before = {},
) {
  const page = await overlay.visit(empty(rules), { inject: false })
  if (early) await overlay.early(page)
  if (kind) await page.evaluate(build, { kind, lines, addresses, seed })
  await settled(page)
  try {
    return await use(page)
  } finally {
    await page.close()
  }
}
const settled = (page: Page) =>
  page.evaluate(() => new Promise<void>(resolve => requestIdleCallback(() => setTimeout(() => requestIdleCallback(() => resolve()), 300))))

/** Until the extension has not run on the page for a second. */
async function quiet(page: Page) {
  const browser = page.context().browser()!
  while ((await traced(browser, page, () => page.waitForTimeout(1000))).runs > 0);
}

async function repeat<T>(times: number, take: () => Promise<T>): Promise<T[]> {
  const all: T[] = []
  for (let i = 0; i < times; i++) all.push(await take())
  return all
}

async function measureScan(stage: Stage, kind: PageKind): Promise<Row[]> {
  const { overlay, rounds, tell } = stage
  tell(`${kind}: scan`)
  const floorOf = (expression: string) => repeat(rounds, () => onPage(stage, kind, true, page => page.evaluate(floor, expression)))
  const floors = await floorOf(expressions.all)
  const bare = median(floors.map(({ scan }) => scan))
  const v4 = median((await floorOf(expressions.v4)).map(({ scan }) => scan))
  const early: Before = { early: true }
  const scansOf = (how?: Before) => {
    const scan = async (page: Page) => {
      await overlay.inject(page)
      await stillness(page)
    }
    return repeat(rounds, () => onPage(stage, kind, true, page => traced(page.context().browser()!, page, () => scan(page)), how))
  }
  const scans = await scansOf(early)
  const late = await scansOf()
  const wrapped = await onPage(stage, kind, true, page => page.evaluate(wrapAll))
  const bareMarks = async (look: string | undefined, how?: Before) => {
    const mark = (page: Page) => traced(page.context().browser()!, page, () => page.evaluate(bareMark, look))
    const marks = await repeat(rounds, () => onPage(stage, kind, true, mark, how))
    return median(marks.map(({ longest }) => longest)).toFixed(0)
  }
  const line = await bareMarks(undefined, { rules: bareRule })
  const lateLine = await bareMarks(bareLooks.line)
  const ground = await bareMarks(bareLooks.ground)
  const caret = median(await repeat(rounds, () => onPage(stage, kind, true, page => page.evaluate(bareCaret))))
  const firstsOf = (how?: Before) => {
    const first = async (page: Page) => {
      const shown = page.evaluate(firstMark)
      await overlay.inject(page)
      return await shown
    }
    return repeat(rounds, () => onPage(stage, kind, true, first, how))
  }
  const firsts = await firstsOf(early)
  const lateFirsts = await firstsOf()
  /** Where the site is switched on, or this page alone, when the page is there already. */
  const switched = (values: number[]) => `switched on when the page is there: ${median(values).toFixed(0)} ms`
  const script = median(scans.map(({ script }) => script))
  return [
    {
      what: `${kind}: scan, total script time`,
      value: script / bare,
      unit: '×',
      most: 2,
      note: `${script.toFixed(0)} ms; ${switched(late.map(({ script }) => script))}; floor ${bare.toFixed(0)} ms for ${floors[0]!.found} addresses, ${v4.toFixed(0)} ms for those of IPv4 alone; wrapping ${wrapped.wrapped} in nodes ${(wrapped.script / bare).toFixed(1)}×, and ${wrapped.layout.toFixed(0)} ms of layout`,
    },
    {
      what: `${kind}: longest slice`,
      value: median(scans.map(({ slice }) => slice)),
      unit: 'ms',
      most: 10,
      note: `${switched(late.map(({ slice }) => slice))}; one bare question what stands at a point ${caret.toFixed(1)} ms`,
    },
    {
      what: `${kind}: longest task caused`,
      value: median(scans.map(({ task }) => task)),
      unit: 'ms',
      most: 50,
      note: `${switched(late.map(({ task }) => task))}; one bare line under one address ${line} ms, ${lateLine} with a rule that comes later, a ground ${ground}; wrapping ${(wrapped.script + wrapped.layout).toFixed(0)} ms`,
    },
    {
      what: `${kind}: first marks on screen`,
      value: median(firsts),
      unit: 'ms',
      most: 200,
      note: `${switched(lateFirsts)}; slowest ${Math.max(...firsts).toFixed(0)} ms`,
    },
  ]
}

/** Long enough for every page here to be read: what is left after it would show as runs that go on. */
const stillness = (page: Page) => page.waitForTimeout(6_000)

function measureCards(stage: Stage, kind: PageKind): Promise<Row[]> {
  stage.tell(`${kind}: the card opens`)
  return onPage(stage, kind, true, page => measureCard(stage, kind, page), { early: true })
}

async function measureScrolling(stage: Stage, kind: PageKind): Promise<Row[]> {
  const { overlay, rounds, tell } = stage
  tell(`${kind}: scrolling`)
  const frames = 240
  const once = (prepare: (page: Page) => Promise<unknown>, how?: Before) => {
    const scrolled = async (page: Page) => {
      await prepare(page)
      let times: number[] = []
      const { busy } = await traced(page.context().browser()!, page, async () => {
        times = await page.evaluate(scroll, frames)
      })
      return { busy: busy / frames, interval: times.reduce((sum, time) => sum + time, 0) / times.length, times }
    }
    return onPage(stage, kind, true, scrolled, how)
  }
  const plain = await repeat(rounds, () => once(async () => {}))
  const injected = async (page: Page) => {
    await overlay.inject(page)
    await quiet(page)
  }
  const marked = await repeat(rounds, () => once(injected, { early: true }))
  const wrapped = await once(page => page.evaluate(wrapAll).then(() => settled(page)))
  const busy = (of: typeof plain) => median(of.map(({ busy }) => busy))
  const late = (of: typeof plain) =>
    percentile(
      of.flatMap(({ times }) => times),
      0.95,
    )
  const row: Row = {
    what: `${kind}: scrolling, work a frame beside unmarked`,
    value: busy(marked) / busy(plain),
    unit: '×',
    most: 1.1,
    note: `${busy(marked).toFixed(2)} ms and ${busy(plain).toFixed(2)}; between frames p95 ${late(marked).toFixed(1)} ms and ${late(plain).toFixed(1)}; wrapped ${(wrapped.busy / busy(plain)).toFixed(2)}×`,
  }
  return [row]
}

async function measureRecycling(stage: Stage): Promise<Row[]> {
  const { overlay, rounds, tell } = stage
  tell('a virtual list recycles')
  const frames = 600
  const { wrong, rows } = await onPage(stage, undefined, true, async page => {
    await overlay.inject(page)
    return await page.evaluate(recycle, { frames, check: true })
  })
  const added = await repeat(rounds, () =>
    onPage(stage, undefined, true, async page => {
      await overlay.inject(page)
      await page.evaluate(recycle, { frames: 250, check: false })
      return (await traced(page.context().browser()!, page, () => page.evaluate(recycle, { frames, check: false }))).script / frames
    }),
  )
  return [
    { what: 'virtual list, 45 rows recycled a frame: rows wrong', value: wrong, unit: '', most: 0, note: `of ${rows}` },
    { what: 'virtual list: script added to a frame', value: median(added), unit: 'ms', most: 1 },
  ]
}

async function measureTail(stage: Stage): Promise<Row[]> {
  const { overlay, tailSeconds, tell } = stage
  tell(`a tail of 200 lines/s for ${tailSeconds} s`)
  const run = (inject: boolean, seconds: number) =>
    onPage(stage, undefined, true, async page => {
      const session = await page.context().newCDPSession(page)
      await session.send('Performance.enable')
      if (inject) await overlay.inject(page)
      await page.evaluate(tail, seconds / 4)
      const before = await metrics(session)
      await page.evaluate(tail, seconds)
      const after = await metrics(session)
      return { share: (after.cpu - before.cpu) / seconds, grown: (after.heap - before.heap) / 2 ** 20 }
    })
  const plain = await run(false, tailSeconds / 2)
  const ours = await run(true, tailSeconds)
  return [
    {
      what: 'log tail of 200 lines/s: share of a core added',
      value: 100 * (ours.share - plain.share),
      unit: '%',
      most: 10,
      note: `the page alone ${(100 * plain.share).toFixed(1)} %`,
    },
    {
      what: `log tail: memory grown in ${tailSeconds} s`,
      value: ours.grown,
      unit: 'MB',
      most: 1,
      note: `the page alone ${plain.grown.toFixed(2)} MB`,
    },
  ]
}

async function measureNothing(stage: Stage, kind: PageKind): Promise<Row[]> {
  const { overlay, rounds, tell } = stage
  tell(`${kind}: a page without addresses`)
  const floors = await repeat(rounds, () => onPage(stage, kind, false, page => page.evaluate(floor, expressions.v4)))
  const take = async (page: Page) => {
    const browser = page.context().browser()!
    const scan = await traced(browser, page, async () => {
      await overlay.inject(page)
      await stillness(page)
    })
    const after = await traced(browser, page, () => page.waitForTimeout(3_000))
    return { script: scan.script, after: after.runs }
  }
  const taken = await repeat(rounds, () => onPage(stage, kind, false, take, { early: true }))
  const script = median(taken.map(({ script }) => script))
  const bare = median(floors.map(({ scan }) => scan))
  const walk = median(floors.map(({ walk }) => walk))
  return [
    {
      what: `${kind}: no address, beside walk and expression`,
      value: script / bare,
      unit: '×',
      most: 1.2,
      note: `${script.toFixed(0)} ms; ${bare.toFixed(0)} ms, of which the walk alone ${walk.toFixed(0)} ms`,
    },
    { what: `${kind}: then runs in 3 s`, value: Math.max(...taken.map(({ after }) => after)), unit: '', most: 0 },
  ]
}
