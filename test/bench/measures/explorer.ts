import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { openChromium } from '../../e2e/chromium.ts'
import { background } from '../../e2e/surfaces.ts'
import { type Daemon, startDaemon } from '../start-daemon.ts'
import { median, percentile } from '../statistics.ts'
import type { Measured, Stage } from './measure.ts'

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
  const { context, id } = await openChromium(extension)
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
    const openings: number[] = []
    for (let i = 0; i < opened; i++) {
      await page.goto(`${root}#/signals?from=now-30d`)
      await page.reload()
      openings.push(await page.evaluate(firstRows))
    }
    const keys = await type(page)
    const frames = await scroll(page)
    return {
      rows: [
        {
          what: 'the explorer opens: first rows',
          value: median(openings),
          unit: 'ms',
          most: 300,
          note: `${signals} signals; median of ${opened}`,
        },
        {
          what: 'a key typed in the explorer, p95',
          value: percentile(keys, 0.95),
          unit: 'ms',
          most: 100,
          note: `from the key to the rows on screen; ${keys.length} keys, p50 ${percentile(keys, 0.5).toFixed(0)} ms`,
        },
        {
          what: 'scrolling: time between frames, p95',
          value: percentile(frames, 0.95),
          unit: 'ms',
          most: 17,
          note: `${frames.length} frames, slowest ${Math.max(...frames).toFixed(0)} ms`,
        },
      ],
      details: { openings, keys, frames },
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

interface Watched {
  firstRows?: number
  answered?: (at: number) => void
}

/** In the page: when rows first stand there, and when each search has been answered and drawn. */
function watchRows(): void {
  const watched = globalThis as Watched
  let busy = false
  const look = () => {
    if (watched.firstRows === undefined && document.querySelectorAll('[role=grid] [role=gridcell]').length > 0)
      watched.firstRows = performance.now()
    const now = document.querySelector('main.search')?.classList.contains('busy') ?? false
    if (busy && !now) requestAnimationFrame(() => watched.answered?.(performance.now()))
    busy = now
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] })
}

const firstRows = () =>
  new Promise<number>(resolve => {
    const look = () => {
      const { firstRows } = globalThis as Watched
      if (firstRows === undefined) requestAnimationFrame(look)
      else resolve(firstRows)
    }
    look()
  })

async function type(page: Page): Promise<number[]> {
  const times: number[] = []
  const bar = page.getByRole('combobox').first()
  for (const query of typed) {
    await bar.fill('')
    await page.waitForTimeout(1000)
    await bar.focus()
    for (const char of query) {
      const took = page.evaluate(answeredAfterKey)
      await page.keyboard.type(char)
      const ms = await took
      if (ms !== undefined) times.push(ms)
      await page.waitForTimeout(pause)
    }
  }
  return times
}

/** In the page: from the next key to the answer on screen, ms; undefined where what stands there is no query yet. */
const answeredAfterKey = () =>
  new Promise<number | undefined>(resolve => {
    const watched = globalThis as Watched
    let pressed = 0
    addEventListener('keydown', ({ timeStamp }) => void (pressed = timeStamp), { once: true, capture: true })
    const late = setTimeout(() => resolve(undefined), 1500)
    watched.answered = at => {
      if (pressed === 0) return
      clearTimeout(late)
      resolve(at - pressed)
    }
  })

/** Times between frames while it is scrolled, ms. */
async function scroll(page: Page): Promise<number[]> {
  await page.getByRole('combobox').first().fill('')
  await page.waitForTimeout(1000)
  // what completes the query lies over the rows
  await page.keyboard.press('Escape')
  await page.getByRole('gridcell').first().hover()
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
