import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import { startChild, stop, temporary } from '../child.ts'
import { createRandom } from '../daemon/engine/random-logs.ts'
import { startDaemon } from '../daemon.ts'
import { bruteForce } from '../logs.ts'
import { until } from '../until.ts'

// S2-48: the recorded log of an SSH server under attack, replayed through a daemon that is killed again and again. Who guesses passwords is blocked
// once, who is trusted or on the passlist never.
const data = process.env['SIGNALBOX_REAL_DATA'] ?? '../shared/data'
const log = join(data, 'loghub/OpenSSH/OpenSSH_2k.log')
const present = existsSync(log)
if (!present) console.warn(`\n  SKIPPED: the recorded log is not in ${data}; set SIGNALBOX_REAL_DATA to the folder that holds loghub.\n`)

const cycles = Number(process.env['SIGNALBOX_TEST_KILLS'] ?? 50)
const seed = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
const lines = present ? readFileSync(log, 'utf8').trim().split('\n') : []
const perRequest = 8
const chunks = Array.from({ length: Math.ceil(lines.length / perRequest) }, (_, i) =>
  lines.slice(i * perRequest, (i + 1) * perRequest).join('\n'),
)
/** As many in each life that all of them see some. */
const perLife = Math.ceil(chunks.length / cycles)
const trusted = '187.141.143.180'
const passlisted = '112.95.230.3'

/** By address, how many passwords it got wrong. */
const failures = new Map<string, number>()
for (const [, times, address] of lines.flatMap(line => {
  const found = /(?:message repeated (\d+) times: \[ )?Failed password .* from ([\d.]+) port/.exec(line)
  return found ? [found] : []
}))
  failures.set(address!, (failures.get(address!) ?? 0) + Number(times ?? 1))

const rule = {
  ...bruteForce,
  cases: [{ ...bruteForce.cases[0]!, actions: [{ type: 'block_ip', options: { duration: 86_400 } }] }],
}
const filter = (description: string, address: string, more: object = {}) => ({
  data: { type: 'exclusion_filter', attributes: { description, enabled: true, ip_list: [address], ...more } },
})
async function prepare(admin: Caller): Promise<void> {
  expect((await admin.post('/api/v2/security_monitoring/rules', rule)).status).toBe(200)
  const filters = '/api/v2/remote_config/products/asm/waf/exclusion_filters'
  for (const body of [filter('a partner', trusted, { on_match: 'monitor' }), filter('our scanner', passlisted)])
    expect((await admin.post(filters, body)).status).toBe(200)
}
const send = (admin: Caller, n: number) =>
  admin.post('/api/v2/logs', chunks[n], { 'content-type': 'text/plain', 'idempotency-key': `chunk-${n}` })

/** Who has been blocked for how long, each time. */
async function blocked(admin: Caller): Promise<string[]> {
  const all: string[] = []
  for (const state of ['current', 'ended']) {
    const page = await admin.get(`/api/local/denylist?filter[state]=${state}&page[size]=100`)
    expect(page.at('meta.page.total_count')).toBeLessThan(100)
    for (const one of page.each('data', 'attributes') as { value: string; duration_ms: number }[])
      all.push(`${one.value} ${one.duration_ms}`)
  }
  return all.sort()
}
const audited = async (admin: Caller) => {
  const events = await admin.get('/api/v2/audit/events?filter[query]=@asset.type:denylist&filter[from]=0&page[limit]=1000')
  return (events.each('data', 'attributes.message') as string[]).filter(message => message.startsWith('blocked ip')).sort()
}

test.skipIf(!present)(
  `${cycles} kill -9 while OpenSSH_2k.log is replayed, seed ${seed}`,
  { timeout: 120_000 + cycles * 8000 },
  async () => {
    const dir = temporary()
    const random = createRandom(seed).next
    let child = await startChild(dir)
    await prepare(child.admin)
    let next = 0
    for (let i = 0; i < cycles; i++) {
      const life = child
      const work = async () => {
        const last = Math.min(chunks.length, next + perLife)
        while (next < last && (await send(life.admin, next)).status === 202) next++
      }
      const killed = setTimeout(() => life.kill('SIGKILL'), 20 + random() * 250)
      await work().catch(() => {})
      await life.ended
      clearTimeout(killed)
      child = await startChild(dir)
    }
    const { admin } = child
    for (; next < chunks.length; next++) expect((await send(admin, next)).status).toBe(202)
    await until(async () => {
      const status = (await admin.get('/api/local/status')).at('data.attributes') as { judged: number; last_log_seq: number }
      return status.judged === status.last_log_seq
    }, 60_000)

    const calm = await startDaemon({ now: Date.now() })
    await prepare(calm.admin)
    for (let n = 0; n < chunks.length; n++) await send(calm.admin, n)
    await calm.core.caughtUp()
    await calm.daemon.automaticBlocking.idle()
    const expected = await blocked(calm.admin)
    await until(async () => (await blocked(admin)).length >= expected.length, 30_000)

    const found = await blocked(admin)
    expect(found).toEqual(expected)
    expect(new Set(found).size).toBe(found.length)
    expect(await audited(admin)).toEqual(await audited(calm.admin))
    expect(await audited(admin)).toHaveLength(found.length)
    const addresses = new Set(found.map(text => text.split(' ')[0]!))
    for (const [address, count] of failures) {
      const isSpared = address === trusted || address === passlisted
      // so many in four hours of log are a brute force wherever five minutes begin
      if (count >= 20) expect([address, addresses.has(address)]).toEqual([address, !isSpared])
    }
    // whom no more lines name than a signal takes has done nothing
    for (const address of addresses) expect([address, lines.filter(line => line.includes(address)).length > 5]).toEqual([address, true])
    expect([failures.get(trusted)! >= 20, failures.get(passlisted)! >= 20]).toEqual([true, true])
    // the trusted one is seen, and its signal says why nothing was done; the passlisted one makes none
    const signals = async (address: string) =>
      (await admin.get(`/api/v2/security_monitoring/signals?filter[query]=@network.client.ip:${address}&filter[from]=0`)).each('data', 'id')
    const stories = await Promise.all(
      (await signals(trusted)).map(async id => (await admin.get(`/api/local/signals/${id}/timeline`)).each('data', 'attributes')),
    )
    const said = stories.flat().filter(one => (one as { kind: string }).kind === 'not_blocked')
    expect(said).not.toEqual([])
    for (const one of said) expect(one).toMatchObject({ from: expect.stringContaining('trusted') })
    expect(await signals(passlisted)).toEqual([])
    expect((await admin.get('/api/local/audit/verification')).at('data.attributes.intact')).toBe(true)
    console.info(`${cycles} kills: ${addresses.size} addresses blocked, ${found.length} times in all`)
    expect(await stop(child)).toBe(0)
  },
)
