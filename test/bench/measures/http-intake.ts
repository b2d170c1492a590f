import { createBatches } from '../live-batches.ts'
import { batchSize } from '../sides/side.ts'
import { startDaemon } from '../start-daemon.ts'
import { percentile } from '../statistics.ts'
import { addFeed, addRules } from '../surroundings.ts'
import type { Measured, Stage } from './measure.ts'

/** Requests under way at one time. */
const senders = 4

/** As many logs as the daemon takes, through HTTP, with a feed and a hundred rules, each batch acknowledged once it is on disk. */
export async function measureHttpIntake(stage: Stage): Promise<Measured> {
  await stage.closeSides()
  const daemon = await startDaemon(stage.directory('http'))
  await addFeed(daemon)
  await addRules(daemon, 100)
  const next = createBatches(40)
  const send = () => daemon.send('POST', '/api/v2/logs', next())
  for (let i = 0; i < 20; i++) await send()

  stage.tell(`intake through HTTP for ${stage.seconds} s`)
  await daemon.watch('reset')
  const acknowledged: number[] = []
  const began = performance.now()
  const end = began + stage.seconds * 1000
  const sender = async () => {
    while (performance.now() < end) {
      const start = performance.now()
      await send()
      acknowledged.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: senders }, sender))
  const rate = (acknowledged.length * batchSize * 1000) / (performance.now() - began)
  const { delay, rss } = await daemon.watch('read')
  const status = (await daemon.get('/api/local/status')) as { data: { attributes: { last_log_seq: number; judged: number } } }
  const { last_log_seq: last, judged } = status.data.attributes
  await daemon.stop()
  const note = `${senders} senders, batches of ${batchSize}, ${stage.seconds} s; detection ${last - judged} logs behind at the end`
  return {
    rows: [
      { what: 'intake through HTTP', value: rate, unit: 'logs/s', least: 15_000, note },
      {
        what: 'its acknowledgement, p99',
        value: percentile(acknowledged, 0.99),
        unit: 'ms',
        most: 150,
        note: `p50 ${percentile(acknowledged, 0.5).toFixed(1)} ms`,
      },
      {
        what: 'its delay of the HTTP thread, p99',
        value: delay.p99,
        unit: 'ms',
        most: 20,
        note: `p50 ${delay.p50.toFixed(1)}, most ${delay.max.toFixed(0)} ms`,
      },
      { what: 'memory after it', value: rss / 2 ** 20, unit: 'MB' },
    ],
  }
}
