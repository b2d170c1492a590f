import type { Browser, CDPSession, Page } from 'playwright-core'

interface Event {
  name: string
  ph: string
  ts: number
  dur?: number
  pid: number
  tid: number
  args: { data?: { url?: string } }
}

/** What a page's main thread did while `work` ran, ms. */
export interface Trace {
  /** Script of the extension: the sum, and the longest stretch. */
  script: number
  slice: number
  /** The longest task since it first ran: of a page that rests, the frames that show what it drew are its doing too. */
  task: number
  /** All tasks, and their longest. */
  busy: number
  longest: number
  /** How often script of the extension ran. */
  runs: number
}

const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline']
const scripts = new Set(['FunctionCall', 'EvaluateScript', 'v8.run'])

export async function traced(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<Trace> {
  await browser.startTracing(page, { categories })
  // names the page's process and thread in the trace
  await page.evaluate(() => void console.timeStamp('bench'))
  await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Event[] }
  const here = traceEvents.find(({ name }) => name === 'TimeStamp')
  if (!here) throw new Error('the trace does not name its page')
  const own = traceEvents.filter(({ pid, tid, ph }) => pid === here.pid && tid === here.tid && ph === 'X').sort((a, b) => a.ts - b.ts)
  const ends = ({ ts, dur = 0 }: Event) => ts + dur
  const isOurs = ({ name, args }: Event) => scripts.has(name) && args.data?.url?.startsWith('chrome-extension://') === true
  // one may lie in the other
  const outermost: Event[] = []
  for (const event of own.filter(isOurs)) if (outermost.length === 0 || event.ts >= ends(outermost.at(-1)!)) outermost.push(event)
  const all = own.filter(({ name }) => name === 'RunTask')
  const ms = (event: Event | undefined) => (event?.dur ?? 0) / 1000
  const sum = (events: Event[]) => events.reduce((sum, event) => sum + ms(event), 0)
  const most = (events: Event[]) => Math.max(0, ...events.map(ms))
  return {
    script: sum(outermost),
    slice: most(outermost),
    task: most(all.filter(task => outermost.length > 0 && ends(task) > outermost[0]!.ts)),
    busy: sum(all),
    longest: most(all),
    runs: outermost.length,
  }
}

/** CPU time of the page's main thread, s, and what its scripts hold once the rubbish is gone, bytes. */
export async function metrics(session: CDPSession): Promise<{ cpu: number; heap: number }> {
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  const of = (wanted: string) => metrics.find(({ name }) => name === wanted)!.value
  return { cpu: of('TaskDuration'), heap: of('JSHeapUsedSize') }
}
