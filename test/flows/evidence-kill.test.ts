import { cpSync } from 'node:fs'
import { expect, test } from 'vitest'
import { allOf } from '../caller.ts'
import { startChild, stop, temporary } from '../child.ts'
import { createRandom } from '../daemon/engine/random-logs.ts'
import { noon, startDaemon } from '../daemon.ts'
import { until } from '../until.ts'

// the text is in one file, its logs in another: killed anywhere, both are there once, or neither
const kills = 10
const seed = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
const random = createRandom(seed)
const path = '/api/local/evidence'
const page = { url: 'https://logs.example.net/', title: 'Logs' }
const textOf = (n: number) => Array.from({ length: 500 }, (_, i) => `round ${n} line ${i} from 203.0.113.${i % 250}`).join('\n')
const logsOf = (id: unknown) => `source:browser @evidence.id:"${String(id)}"`

test(`${kills} kill -9 while evidence is kept, seed ${seed}`, { timeout: 600_000 }, async () => {
  const dir = temporary()
  let child = await startChild(dir)
  for (let n = 0; n < kills; n++) {
    const body = { data: { attributes: { text: textOf(n), page, time: Date.now() } } }
    const keep = () => child.admin.post(path, body, { 'idempotency-key': `keep-${n}` })
    const lost = keep().catch(() => undefined)
    await new Promise(resolve => setTimeout(resolve, random.below(60)))
    child.kill('SIGKILL')
    await Promise.all([lost, child.ended])
    child = await startChild(dir)
    // what is there becomes whole by itself, and asking again adds nothing
    const kept = async () => (await child.admin.get(path)).each('data', 'attributes.state')
    await until(async () => !(await kept()).includes('pending'))
    const had = (await kept()).length
    const again = await keep()
    expect([again.status, again.at('data.attributes.state'), again.at('data.attributes.logs')]).toEqual([201, 'kept', 500])
    expect((await kept()).length).toBe(Math.max(had, n + 1))
    const found = await allOf(child.admin, 'logs', logsOf(again.at('data.id')), 'id')
    expect(found.sort()).toEqual((again.at('data.attributes.log_ids') as string[]).sort())
    expect((await child.admin.get(`${path}/${String(again.at('data.id'))}`)).at('data.attributes.text')).toBe(textOf(n))
  }
  expect((await child.admin.get(path)).each('data', 'id')).toHaveLength(kills)
  expect(await allOf(child.admin, 'logs', 'source:browser', 'id')).toHaveLength(kills * 500)
  expect(await allOf(child.admin, 'audit', '@asset.type:evidence', 'id')).toHaveLength(kills)
  expect((await child.admin.get('/api/local/audit/verification')).at('data.attributes.intact')).toBe(true)
  await stop(child)
})

const given = { text: 'a\nb', sha256: '', bytes: 3, lines: 2, page, time: noon, zone: 0, addresses: [] }
/** A store in which the text is, and its logs are not. */
async function halfKept(): Promise<{ dir: string; id: string }> {
  const [first, dir] = [temporary(), temporary()]
  const daemon = await startDaemon({ dir: first })
  const { uuid, handle, name } = daemon.admin.user
  const { id } = await daemon.core.keepEvidence({ actor: { uuid, handle, name, auth_method: 'session' } }, given)
  await daemon.stop()
  // this process keeps a hold on the files
  cpSync(first, dir, { recursive: true })
  return { dir, id }
}
test('a start stores the logs that the last one left out', async () => {
  const { dir, id } = await halfKept()
  const daemon = await startDaemon({ dir })
  await until(async () => (await daemon.admin.get(`${path}/${id}`)).at('data.attributes.state') === 'kept')
  expect(await allOf(daemon.admin, 'logs', logsOf(id), 'attributes.message')).toHaveLength(2)
  await daemon.stop()
})
test('a start that is to write nothing leaves it pending', async () => {
  const { dir, id } = await halfKept()
  const daemon = await startDaemon({ dir, readOnly: true })
  expect((await daemon.admin.get(`${path}/${id}`)).at('data.attributes')).toMatchObject({ state: 'pending', text: 'a\nb', log_ids: [] })
  await daemon.stop()
})
