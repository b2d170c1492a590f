import { type Daemon, startDaemon } from '../start-daemon.ts'
import { median } from '../statistics.ts'
import type { Measured, Row, Stage } from './measure.ts'

const entries = 100_000
/** As many as one request may block. */
const atOnce = 500
/** Servers ask about each of their visitors: after so many the daemon's code is compiled as it then stays. */
const visitors = 3000

/** A denylist of so many entries, as bouncers meet it: all of it at their start, what has changed, and one address. */
export async function measureBlocks(stage: Stage): Promise<Measured> {
  await stage.closeSides()
  const daemon = await startDaemon(stage.directory('blocks'))
  try {
    stage.tell(`${entries} blocks in`)
    for (let i = 0; i < entries; i += atOnce)
      await block(
        daemon,
        Array.from({ length: atOnce }, (_, n) => valueAt(i + n)),
      )
    const native = await letIn(daemon, 'native')
    const single = await letIn(daemon, 'single')
    const startups = await timesOf(daemon, 5, () => native('/v1/decisions/stream?startup=true'))
    const apart = await timesOf(daemon, 3, () => single('/v1/decisions/stream?startup=true'))
    let next = entries
    const deltas = await timesOf(
      daemon,
      50,
      async () => {
        const { new: come } = JSON.parse(await native('/v1/decisions/stream')) as { new: unknown[] }
        if (come.length !== 10) throw new Error(`A poll brought ${come.length} decisions instead of 10`)
      },
      () =>
        block(
          daemon,
          Array.from({ length: 10 }, () => valueAt(next++)),
        ),
    )
    const quiet = await timesOf(daemon, 50, () => native('/v1/decisions/stream'))
    const ask = (i: number) => native(`/v1/decisions?ip=${addressAt((i * 7919) % entries)}`)
    const first = await timesOf(daemon, 500, ask)
    for (let i = 500; i < visitors; i++) await ask(i)
    const one = await timesOf(daemon, 500, i => ask(visitors + i))
    const none = await timesOf(daemon, 500, i => native(`/v1/decisions?ip=203.0.113.${i % 250}`))
    const list = await timesOf(daemon, 5, () => native('/api/local/lists/plain'))
    const page = await timesOf(daemon, 10, () => daemon.get('/api/local/denylist?page[size]=25'))
    return {
      rows: [
        row(`startup stream of ${entries} blocks`, startups, 1000),
        row('the same, ranges taken apart', apart),
        row('delta poll, ten blocks new', deltas, 20),
        row('delta poll, nothing new', quiet, 20),
        row('decision by address, the first 500', first),
        row(`the same after ${visitors}`, one, 2),
        row('the same, not blocked', none, 2),
        row('the denylist as a list', list),
        row('a page of the denylist', page),
      ],
    }
  } finally {
    await daemon.stop()
  }
}

/** ms of the wall by request, and ms of the daemon's processor time each. */
interface Times {
  walls: number[]
  cpu: number
}

const row = (what: string, { walls, cpu }: Times, most?: number): Row => ({
  what,
  value: median(walls),
  unit: 'ms',
  ...(most !== undefined && { most }),
  note: `median of ${walls.length}, best ${Math.min(...walls).toFixed(1)} ms, ${cpu.toFixed(1)} ms of CPU time`,
})

/** `before` comes before each, and is not measured. */
async function timesOf(
  daemon: Daemon,
  rounds: number,
  work: (i: number) => Promise<unknown>,
  before?: () => Promise<unknown>,
): Promise<Times> {
  const cpuNow = async () => (await daemon.watch('read')).cpu * 1000
  // the first warms up
  await before?.()
  await work(rounds)
  const walls: number[] = []
  let spared = 0
  const began = await cpuNow()
  for (let i = 0; i < rounds; i++) {
    if (before) {
      const from = await cpuNow()
      await before()
      spared += (await cpuNow()) - from
    }
    const start = performance.now()
    await work(i)
    walls.push(performance.now() - start)
  }
  return { walls, cpu: ((await cpuNow()) - began - spared) / rounds }
}

/** Eight of ten are IPv4 addresses, the others ranges and IPv6. */
function valueAt(i: number): string {
  if (i % 10 === 8) return `2a02:${(i >>> 12).toString(16)}:${(i & 0xfff).toString(16)}::${(i % 97).toString(16)}`
  return i % 10 === 9 ? `${addressAt(i)}/29` : addressAt(i)
}
const addressAt = (i: number) => `93.${i >>> 13}.${(i >>> 5) & 255}.${(i & 31) << 3}`

async function block(daemon: Daemon, values: string[]): Promise<void> {
  const attributes = { entries: values.map(value => ({ kind: 'ip', value })), duration: '1d', reason: 'guesses passwords' }
  const { data } = (await daemon.post('/api/local/denylist/bulk', { data: { attributes } })) as { data: unknown[] }
  if (data.length !== values.length) throw new Error(`Only ${data.length} of ${values.length} were blocked`)
}

/** A bouncer's way to ask. */
async function letIn(daemon: Daemon, ranges: string): Promise<(path: string) => Promise<string>> {
  const made = (await daemon.post('/api/local/bouncers', { data: { attributes: { name: ranges, ranges } } })) as {
    data: { attributes: { key: string } }
  }
  const headers = { 'x-api-key': made.data.attributes.key, 'user-agent': 'crowdsec-firewall-bouncer/v0.0.34' }
  return async path => {
    const answer = await fetch(`${daemon.command.env['SIGNALBOX_URL']}${path}`, { headers })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 200)}`)
    return text
  }
}
