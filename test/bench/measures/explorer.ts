import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { openChromium } from '../../e2e/chromium.ts'
import { background } from '../../e2e/surfaces.ts'
import { type Daemon, startDaemon } from '../start-daemon.ts'
import { median, percentile } from '../statistics.ts'
import type { Measured, Stage } from './measure.ts'
import { withPlainPage } from './plain-page.ts'

const signals = 200_000
const opened = 5
const typed = ['status:critical service', 'source:source-3 env:prod']
/** ms between two keys. */
const pause = 150
/** How long it is scrolled, ms. */
const scrolled = 4000

/** What a person at the explorer waits for, with so many signals: opening it, each key of a query, and the frames of scrolling. */
export async function measureExplorer(stage: Stage): Promise<Measured> {
  const extension = process.env['SIGNALBOX_BENCH_EXTENSION']
  if (!extension) throw new Error('there is no Chromium to open the explorer in')
  const dir = stage.directory('explorer')
  stage.tell(`explorer: ${signals} signals in`)
  execFileSync(process.execPath, [fileURLToPath(new URL('./seed-signals.js', import.meta.url)), dir, String(signals)])
  const daemon = await startDaemon(dir)
  await readIn(daemon)
  stage.tell('explorer: Chromium')
  const { context, id } = await openChromium(withPlainPage(extension, stage.directory('with-plain-page')))
  try {
    const page = await context.newPage()
    await page.setViewportSize({ width: 1440, height: 900 })
    const root = `chrome-extension://${id}/explorer.html`
    await page.goto(root)
    await page.getByLabel('Pairing code').waitFor()
    const { data } = (await daemon.post('/api/local/pairing', {})) as { data: { attributes: { code: string } } }
    await background(page, { type: 'pair', url: daemon.command.env['SIGNALBOX_URL'], code: data.attributes.code })
    await page.getByRole('grid').waitFor()
    await page.addInitScript(watchRows)
    const openings = await open(page, `${root}#/signals?from=now-30d`)
    const all = median(openings.map(({ all }) => all))
    const keys = await type(page)
    const frames = await scroll(page)
    stage.tell('explorer: a page of plain rows, to compare with')
    const plain = `chrome-extension://${id}/plain.html`
    const floor = { openings: await open(page, plain), keys: await type(page), frames: await scrollPlain(await context.newPage()) }
    return {
      rows: [
        {
          what: 'the explorer opens: first rows',
          value: rowsOf(openings),
          unit: 'ms',
          most: 300,
          note: `${signals} signals; median of ${opened}; facets and histogram ${all.toFixed(0)} ms; a page of plain rows here: ${rowsOf(floor.openings).toFixed(0)} ms`,
        },
        {
          what: 'a key typed in the explorer, p95',
          value: percentile(keys, 0.95),
          unit: 'ms',
          most: 100,
          note: `from the key to the rows on screen; ${keys.length} keys, p50 ${percentile(keys, 0.5).toFixed(0)} ms; a page of plain rows here: p95 ${percentile(floor.keys, 0.95).toFixed(0)} ms, p50 ${percentile(floor.keys, 0.5).toFixed(0)} ms`,
        },
        {
          what: 'scrolling: time between frames, p95',
          value: percentile(frames, 0.95),
          unit: 'ms',
          most: 17,
          note: `${frames.length} frames, slowest ${Math.max(...frames).toFixed(0)} ms; a page of plain lines here: p95 ${percentile(floor.frames, 0.95).toFixed(0)} ms`,
        },
      ],
      details: { openings, keys, frames, floor },
    }
  } finally {
    await context.close()
    await daemon.stop()
  }
}

/** After the start all signals are read in once; until then a search is refused. */
async function readIn(daemon: Daemon): Promise<void> {
  for (;;) {
    try {
      await daemon.post('/api/local/explorer', { track: 'signals', query: '', from: 0, to: Date.now(), limit: 1 })
      return
    } catch (error) {
      if (!(error as Error).message.includes('starting')) throw error
    }
  }
}

/** When the first rows stand there, and when all that belongs to them does, ms after the navigation began. */
interface Opening {
  rows: number
  all: number
}
interface Watched {
  rows?: number
  all?: number
  answered?: (at: number) => void
  took?: Promise<number | undefined>
}

/** In the page: when rows first stand there, when facets and histogram do, and when each search has been answered and drawn. */
function watchRows(): void {
  const watched = globalThis as Watched
  let [busy, hasRows, hasAll] = [false, false, false]
  // laid out and painted: what is only in the document, nobody sees yet
  const onScreen = (tell: (at: number) => void) => requestAnimationFrame(() => setTimeout(() => tell(performance.now())))
  const look = () => {
    if (!hasRows && document.querySelector('[role=grid] [role=gridcell]')) {
      hasRows = true
      onScreen(at => (watched.rows = at))
    }
    if (!hasAll && document.querySelector('.facets li') && document.querySelector('.histogram svg')) {
      hasAll = true
      onScreen(at => (watched.all = at))
    }
    const now = document.querySelector('main.search')?.classList.contains('busy') ?? false
    if (busy && !now) onScreen(at => watched.answered?.(at))
    busy = now
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] })
}

const whenDrawn = () =>
  new Promise<Opening>(resolve => {
    const look = () => {
      const { rows, all } = globalThis as Watched
      if (rows === undefined || all === undefined) requestAnimationFrame(look)
      else resolve({ rows, all })
    }
    look()
  })

async function open(page: Page, address: string): Promise<Opening[]> {
  const openings: Opening[] = []
  for (let i = 0; i < opened; i++) {
    // one that is loaded again would still be drawing what it showed
    await page.goto('about:blank')
    await page.goto(address)
    openings.push(await page.evaluate(whenDrawn))
  }
  return openings
}
const rowsOf = (openings: readonly Opening[]) => median(openings.map(({ rows }) => rows))

async function type(page: Page): Promise<number[]> {
  const times: number[] = []
  const bar = page.getByRole('combobox').first()
  for (const query of typed) {
    await bar.fill('')
    await page.waitForTimeout(1000)
    await bar.focus()
    for (const char of query) {
      // before the key is on its way: a page that is busy would hear of the key first
      await page.evaluate(awaitAnswer)
      await page.keyboard.type(char)
      const ms = await page.evaluate(() => (globalThis as Watched).took)
      if (ms !== undefined) times.push(ms)
      await page.waitForTimeout(pause)
    }
  }
  return times
}

/** In the page: from the next key to the answer on screen, ms; undefined where what stands there is no query yet. */
const awaitAnswer = (): void => {
  const watched = globalThis as Watched
  watched.took = new Promise<number | undefined>(resolve => {
    let pressed = 0
    addEventListener('keydown', ({ timeStamp }) => void (pressed = timeStamp), { once: true, capture: true })
    const late = setTimeout(() => resolve(undefined), 1500)
    watched.answered = at => {
      if (pressed === 0) return
      clearTimeout(late)
      resolve(at - pressed)
    }
  })
}

/** Times between frames while it is scrolled, ms. */
async function scroll(page: Page): Promise<number[]> {
  await page.getByRole('combobox').first().fill('')
  await page.waitForTimeout(1000)
  // what completes the query lies over the rows
  await page.keyboard.press('Escape')
  await page.getByRole('gridcell').first().hover()
  return await framesWhile(page)
}

/** The same over lines of plain text: what this machine can do. */
async function scrollPlain(page: Page): Promise<number[]> {
  const lines = Array.from({ length: 3000 }, (_, i) => `<div style="height: 36px">Line ${i}</div>`).join('')
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.setContent(`<body style="margin: 0"><div style="height: 900px; overflow: auto">${lines}</div>`)
  await page.mouse.move(500, 400)
  return await framesWhile(page)
}

async function framesWhile(page: Page): Promise<number[]> {
  const frames = page.evaluate(
    length =>
      new Promise<number[]>(resolve => {
        const times: number[] = []
        const begin = performance.now()
        let last = begin
        const frame = (now: number) => {
          times.push(now - last)
          last = now
          if (now - begin < length) requestAnimationFrame(frame)
          else resolve(times.slice(2))
        }
        requestAnimationFrame(frame)
      }),
    scrolled,
  )
  for (let i = 0; i < scrolled / 20; i++) {
    await page.mouse.wheel(0, 120)
    await page.waitForTimeout(16)
  }
  return frames
}
