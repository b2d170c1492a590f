import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { readDefaultRules } from '../../daemon/detect/default-rules/index.ts'
import { system } from '../../daemon/lib/actor.ts'
import { allOf, type Caller } from '../caller.ts'
import { type Child, startChild, stop, temporary } from '../child.ts'
import { createRandom } from '../daemon/engine/random-logs.ts'
import { startDaemon } from '../daemon.ts'
import { until } from '../until.ts'

// a daemon that is killed again and again while logs come in, a file is imported and signals are moved. Whatever it acknowledged is
// there once, and it finds what one that was never disturbed finds.
const cycles = Number(process.env['SIGNALBOX_TEST_KILLS'] ?? 50)
const seed = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Date.now() % 1_000_000)

const day = Date.UTC(2026, 0, 5)
const line = (n: number) =>
  `${new Date(day + n * 2000).toISOString()} gate sshd[${n}]: Failed password for invalid user u${n} from 198.51.100.${n % 7} port 50022 ssh2`
const linesOf = (chunk: number) => Array.from({ length: 5 }, (_, i) => line(chunk * 5 + i)).join('\n')
const sha = (text: string) => createHash('sha256').update(text).digest('hex')
const text = { 'content-type': 'text/plain' }
const importPath = (stream: string, chunk: number) =>
  `/api/local/imports/lines?stream=import:${stream}&fingerprint=${sha(stream)}&offset=${chunk + 1}&hash=${sha(`${stream} ${chunk}`)}`

/** One request after the other, each sent again with its key until it is acknowledged, over as many lives of the daemon as that takes. */
interface Sender {
  done: number
  send(caller: Caller, n: number): Promise<number>
}
const live: Sender = {
  done: 0,
  send: async (caller, n) => (await caller.post('/api/v2/logs', linesOf(n), { ...text, 'idempotency-key': `live-${n}` })).status,
}
const imported: Sender = { done: 0, send: async (caller, n) => (await caller.post(importPath('file', n), linesOf(n), text)).status }
// with a time of its own: it shares the stream of the live logs, which would all be late behind today
const noise = Array.from(
  { length: 4 },
  (_, i): Sender => ({
    done: 0,
    send: async (caller, n) =>
      (
        await caller.post('/api/v2/logs', [{ message: `noise ${i}/${n}`, ddsource: 'noise', timestamp: day }], {
          'idempotency-key': `noise-${i}-${n}`,
        })
      ).status,
  }),
)

/** Beside the rules that come with Signalbox, which count in windows: methods that remember for longer, and rules about other rules. */
const query = { query: 'source:sshd', groupByFields: ['host'] }
const short = { evaluationWindow: 60, keepAlive: 60, maxSignalDuration: 300 }
const rules = [
  {
    name: 'New address',
    queries: [{ ...query, aggregation: 'new_value', metrics: ['@network.client.ip', '@usr.name'] }],
    cases: [{ status: 'low' }],
    options: { ...short, detectionMethod: 'new_value', newValueOptions: { learningMethod: 'threshold', learningThreshold: 1 } },
  },
  {
    name: 'Burst',
    queries: [query],
    cases: [{ status: 'low', condition: 'a > 3' }],
    options: {
      ...short,
      detectionMethod: 'anomaly_threshold',
      anomalyDetectionOptions: { learningDuration: 1, learningPeriodBaseline: 20 },
    },
  },
  {
    name: 'One after the other',
    queries: [
      { query: 'source:sshd @network.client.ip:198.51.100.1', groupByFields: ['host'] },
      { query: 'source:sshd @network.client.ip:198.51.100.4', groupByFields: ['host'] },
    ],
    cases: [{ status: 'low', condition: 'two > 0' }],
    options: {
      ...short,
      detectionMethod: 'sequence_detection',
      sequenceDetectionOptions: {
        steps: [
          { name: 'one', condition: 'a > 1', evaluationWindow: 60 },
          { name: 'two', condition: 'b > 0', evaluationWindow: 0 },
        ],
        stepTransitions: [{ parent: 'one', child: 'two', evaluationWindow: 60 }],
      },
    },
  },
  {
    name: 'Alerts',
    queries: [],
    cases: [],
    options: {
      detectionMethod: 'third_party',
      thirdPartyRuleOptions: { rootQueries: [{ query: 'source:sshd', groupByFields: ['@network.client.ip'] }] },
    },
  },
  {
    name: 'Two rules',
    type: 'signal_correlation',
    queries: ['default-ssh-invalid-users', 'default-ssh-brute-force'].map(ruleId => ({
      ruleId,
      correlatedByFields: ['@network.client.ip'],
    })),
    cases: [{ status: 'high', condition: 'a > 0 && b > 0' }],
    options: { evaluationWindow: 3600, keepAlive: 3600 },
  },
]
const addRules = async (caller: Caller) => {
  for (const rule of rules) expect((await caller.post('/api/v2/security_monitoring/rules', rule)).status).toBe(200)
}

const moves: { id: string; state: string }[] = []
let moving: { id: string; state: string; key: string } | undefined
const signals = '/api/v2/security_monitoring/signals'
/** Moves signals on, each move until it is acknowledged. */
const triage: Sender = {
  done: 0,
  send: async (caller, n) => {
    if (!moving) {
      const open = await caller.get(`${signals}?page[limit]=100`)
      const ids = open.each('data', 'id')
      const id = ids[n % Math.max(1, ids.length)]
      if (id === undefined) return 404
      const before = [...moves].reverse().find(move => move.id === id)?.state ?? 'open'
      moving = {
        id: String(id),
        state: before === 'open' ? 'under_review' : before === 'under_review' ? 'archived' : 'open',
        key: `move-${n}`,
      }
    }
    const { id, state, key } = moving
    const answer = await caller.patch(`${signals}/${id}/state`, { data: { attributes: { state } } }, { 'idempotency-key': key })
    if (answer.status === 200) {
      moves.push({ id, state })
      moving = undefined
    }
    return answer.status
  },
}

const unexpected: number[] = []
/** Send until the daemon is gone. */
async function work(sender: Sender, caller: Caller): Promise<void> {
  for (;;) {
    const status = await sender.send(caller, sender.done).catch(() => 0)
    if (status === 0) return
    if (status < 300) sender.done++
    else if (status !== 404) unexpected.push(status)
  }
}

/** What detection found, as it can be compared. */
async function signalSet(caller: Caller): Promise<string[]> {
  const found = await allOf(caller, 'signals', '', 'attributes.custom')
  const facts = found.map(body => {
    const { title, first_seen: first, last_seen: last, events_matched: events, entities, queries } = body as Record<string, unknown>
    return JSON.stringify({ title, first, last, events, entities, queries })
  })
  return facts.sort()
}

test(`${cycles} kills with the seed ${seed}`, { timeout: 60_000 + cycles * 6000 }, async () => {
  const dir = temporary()
  const random = createRandom(seed).next
  const senders = [live, imported, triage, ...noise]
  let early = 0
  const first = await startChild(dir)
  await addRules(first.admin)
  expect(await stop(first)).toBe(0)
  for (let i = 0; i < cycles; i++) {
    // one in five dies before it listens, or while it starts
    if (random() < 0.2) {
      early++
      await startChild(dir, { killAfter: 100 + random() * 900 }).then(
        child => child.ended,
        () => {},
      )
      continue
    }
    const child: Child = await startChild(dir)
    const working = senders.map(sender => work(sender, child.admin))
    setTimeout(() => child.kill('SIGKILL'), 30 + random() * 350)
    await Promise.all([child.ended, ...working])
  }
  const last = await startChild(dir)
  const { admin } = last
  for (const sender of senders) if ((await sender.send(admin, sender.done)) < 300) sender.done++

  expect(unexpected).toEqual([])
  expect(live.done + imported.done + triage.done).toBeGreaterThan(cycles)
  const logs = (await allOf(admin, 'logs', '-source:noise', 'attributes.message')) as string[]
  expect(logs).toHaveLength((live.done + imported.done) * 5)
  const seen = (await allOf(admin, 'logs', 'source:noise', 'attributes.message')) as string[]
  const sent = noise.flatMap(({ done }, i) => Array.from({ length: done }, (_, n) => `noise ${i}/${n}`))
  expect(seen.sort()).toEqual(sent.sort())

  const audited = (await allOf(admin, 'audit', '@asset.type:security_signal', 'attributes.attributes')) as {
    asset: { id: string }
    new_value: { state: string }
  }[]
  const said = audited.map(({ asset, new_value }) => `${asset.id} ${new_value.state}`).reverse()
  expect(said).toEqual(moves.map(({ id, state }) => `${id} ${state}`))
  for (const id of new Set(moves.map(({ id }) => id))) {
    const now = (await admin.get(`${signals}/${id}`)).at('data.attributes.custom.workflow.triage.state')
    expect(now).toBe(moves.filter(move => move.id === id).at(-1)!.state)
  }
  expect((await admin.get('/api/local/audit/verification')).at('data.attributes.intact')).toBe(true)

  const calm = await startDaemon()
  await calm.core.installRules({ actor: system }, readDefaultRules())
  await addRules(calm.admin)
  const whole = (chunks: number) =>
    Array.from({ length: chunks }, (_, n) => linesOf(n))
      .join('\n')
      .split('\n')
  const inBatches = async (lines: string[], send: (part: string, n: number) => Promise<unknown>) => {
    for (let n = 0; n * 1000 < lines.length; n++) await send(lines.slice(n * 1000, (n + 1) * 1000).join('\n'), n)
  }
  await inBatches(whole(live.done), part => calm.intake.post('/api/v2/logs', part, text))
  await inBatches(whole(imported.done), (part, n) => calm.standard.post(importPath('file', n), part, text))
  await calm.core.caughtUp()
  const expected = await signalSet(calm.standard)
  expect(expected.length).toBeGreaterThan(5)
  // that nothing was lost says nothing of a rule that found nothing
  if (live.done > 200)
    for (const { name } of rules) expect([name, expected.some(signal => signal.includes(`"title":"${name}`))]).toEqual([name, true])
  const status = async () => (await admin.get('/api/local/status')).at('data.attributes') as { judged: number; last_log_seq: number }
  await until(async () => {
    const { judged, last_log_seq: last } = await status()
    return judged === last
  }, 30_000)
  const found = await signalSet(admin)
  expect(found).toEqual(expected)
  console.info(
    `${cycles} kills, ${early} of them at the start: ${logs.length + seen.length} logs, ${moves.length} moves, ${found.length} signals, none lost`,
  )
  expect(await stop(last)).toBe(0)
})
