import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Address4, Address6 } from 'ip-address'
import { createFeedThread } from '../../../daemon/feed-thread.ts'
import { buffersOf, openTable } from '../../../daemon/intel/feed-table.ts'
import { createFeeds } from '../../../daemon/intel/feeds.ts'
import { readAddress } from '../../../shared/ip.ts'
import { mmdbFile } from '../mmdb-file.ts'
import { requirePeer } from '../peers.ts'
import { makeRanges } from '../ranges.ts'
import { median } from '../statistics.ts'
import type { Measured, Row, Stage } from './measure.ts'

const million = 1_000_000
/** So many of the ranges are given to the loop: with all of them it would ask one address a second. */
const looped = 10_000
const rounds = 5

/** Look-ups a second of CPU time, the median of some rounds: other programs may have the other core, but not this thread's time. */
function rate(addresses: readonly string[], ask: (address: string) => boolean): { rate: number; hits: number } {
  let hits = 0
  const rates: number[] = []
  for (let round = 0; round <= rounds; round++) {
    hits = 0
    const start = process.cpuUsage()
    for (const address of addresses) if (ask(address)) hits++
    const { user, system } = process.cpuUsage(start)
    // the first warms up
    if (round > 0) rates.push((addresses.length * 1e6) / (user + system))
  }
  return { rate: median(rates), hits }
}

interface Reader {
  get(address: string): unknown
}
/** The library, where the bench could install it. */
function maxmind(file: Buffer): Reader | undefined {
  try {
    const { Reader } = requirePeer('maxmind') as { Reader: new (file: Buffer) => Reader }
    return new Reader(file)
  } catch {
    return undefined
  }
}

/** Addresses asked of a million ranges, beside others; and the ranges replaced while they are asked. */
export async function measureLookups(stage: Stage): Promise<Measured> {
  await stage.closeSides()
  stage.tell(`${million} ranges`)
  const { blocks, addresses } = makeRanges(million, 200_000)
  const text = Buffer.from(blocks.join('\n'))
  const thread = createFeedThread()
  const { table } = await thread.read({ format: 'netset', bytes: text })
  const bytes = buffersOf(table).reduce((sum, { byteLength }) => sum + byteLength, 0)
  const { ranges } = openTable(table)

  const ours = rate(addresses, text => {
    const address = readAddress(text)
    return address !== undefined && ranges.find(address).length > 0
  })
  const reader = maxmind(mmdbFile(blocks))
  const theirs = reader && rate(addresses, text => reader.get(text) !== null)
  if (theirs && theirs.hits !== ours.hits) throw new Error(`maxmind finds ${theirs.hits} addresses, we find ${ours.hits}`)
  const loop = rate(addresses.slice(0, 40), loopOver(blocks.slice(0, looped)))

  const rows: Row[] = [
    {
      what: `look-ups in ${million} ranges, one thread`,
      value: ours.rate,
      unit: 'look-ups/s',
      least: 3_000_000,
      note: `of CPU time; IPv4 and IPv6 mixed, as text; ${Math.round((100 * ours.hits) / addresses.length)} % found`,
    },
    ...(theirs
      ? [
          {
            what: 'as fast as maxmind',
            value: ours.rate / theirs.rate,
            unit: '×' as const,
            least: 3,
            note: `${Math.round(theirs.rate)} look-ups/s`,
          },
        ]
      : []),
    {
      what: 'as fast as a loop over ip-address',
      value: ours.rate / loop.rate,
      unit: '×',
      least: 20,
      note: `${Math.round(loop.rate)} look-ups/s in ${looped} ranges`,
    },
    { what: 'memory of a million ranges', value: bytes / 2 ** 20, unit: 'MB', most: 40 },
    ...(await replaced(stage.directory('feeds'), text, thread)),
  ]
  await thread.close()
  return { rows }
}

function loopOver(blocks: readonly string[]) {
  const all = blocks.map(block => (block.includes(':') ? new Address6(block) : new Address4(block)))
  return (text: string) => {
    const address = text.includes(':') ? new Address6(text) : new Address4(text)
    return all.some(block => block instanceof address.constructor && address.isInSubnet(block))
  }
}

/** A feed of a million entries gets others, while the addresses that are in both are asked for without an end. */
async function replaced(dir: string, text: Buffer, thread: ReturnType<typeof createFeedThread>): Promise<Row[]> {
  const feeds = createFeeds({ dir, now: Date.now, read: thread.read })
  await feeds.open()
  const { id } = await feeds.add({ name: 'Ranges', format: 'netset', category: 'scanner', intention: 'malicious' })
  const lasting = Array.from({ length: 1000 }, (_, i) => `198.51.${100 + (i >>> 8)}.${i & 255}`).filter(address =>
    address.startsWith('198.51.100.'),
  )
  const next = (n: number) => Buffer.concat([text, Buffer.from(`\n198.51.100.0/24\n203.0.113.${n}`)])
  await feeds.load(id, next(0))
  const times: number[] = []
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let asked = 0
  let missed = 0
  for (let n = 1; n <= 3; n++) {
    const content = next(n)
    let loading = true
    delay.enable()
    const start = performance.now()
    const done = feeds.load(id, content).finally(() => {
      loading = false
    })
    while (loading) {
      for (let i = 0; i < 20; i++, asked++) if (feeds.match(lasting[asked % lasting.length]!).length !== 1) missed++
      await new Promise(setImmediate)
    }
    await done
    times.push((performance.now() - start) / 1000)
    delay.disable()
  }
  return [
    {
      what: 'replacing a feed of a million entries',
      value: median(times),
      unit: 's',
      most: 2,
      note: `wall time; slowest ${Math.max(...times).toFixed(2)} s`,
    },
    { what: 'look-ups that missed meanwhile', value: missed, unit: '', most: 0, note: `of ${asked}` },
    {
      what: 'event-loop delay meanwhile, p99',
      value: delay.percentile(99) / 1e6,
      unit: 'ms',
      most: 20,
      note: `most ${(delay.max / 1e6).toFixed(0)} ms`,
    },
  ]
}
