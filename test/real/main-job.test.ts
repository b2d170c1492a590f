import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { apiKey, applicationKey, type Child, runCommand, startChild, temporary } from '../child.ts'

const data = process.env['SIGNALBOX_REAL_DATA'] ?? '../shared/data'
const present = existsSync(join(data, 'loghub/OpenSSH/OpenSSH_2k.log'))
if (!present)
  console.warn(
    `\n  SKIPPED: the recorded logs are not in ${data}; set SIGNALBOX_REAL_DATA to the folder that holds loghub, ipsum, tor and x4b-vpn.\n`,
  )

interface Answer {
  data: {
    id: string
    attributes: {
      message: string
      timestamp: string
      custom: { events_matched: number; title: string; threat_intel?: unknown }
      attributes: Record<string, unknown>
    }
  }[]
  meta: { total: number; facets: Record<string, { value: string; count: number }[]>; page: { after?: string } }
}

describe.skipIf(!present)('the main job on recorded logs', () => {
  let daemon: Child
  const env = { SIGNALBOX_API_KEY: apiKey, SIGNALBOX_APP_KEY: applicationKey }
  const cli = async (...args: string[]) => {
    const { code, out, err } = await runCommand(args, { env: { ...env, SIGNALBOX_URL: daemon.url } })
    if (code !== 0) throw new Error(`signalbox ${args.join(' ')} ended with ${code}: ${err}`)
    return JSON.parse(out)
  }
  const ask = async (path: string, init: RequestInit = {}) =>
    (
      await fetch(daemon.url + path, {
        ...init,
        headers: { 'DD-API-KEY': apiKey, 'DD-APPLICATION-KEY': applicationKey, 'Content-Type': 'application/json' },
      })
    ).json()
  const explore = (track: string, query: string, more: object = {}): Promise<Answer> =>
    ask('/api/local/explorer', { method: 'POST', body: JSON.stringify({ track, query, from: 0, limit: 1000, ...more }) }) as Promise<Answer>
  const file = (path: string) => join(data, path)

  beforeAll(async () => {
    daemon = await startChild(temporary())
  })

  test.each([
    ['ipsum', 'ipsum/ipsum.txt', 'scanner', 'malicious', 120_430],
    ['tor', 'tor/tor-exit-nodes.lst', 'tor', 'suspicious', 1_746],
    ['vpn', 'x4b-vpn/output/vpn/ipv4.txt', 'anonymizer', 'unknown', 10_862],
  ] as const)('the feed %s loads', async (name, path, category, intention, entries) => {
    await cli('feeds', 'add', name, '--format', 'netset', '--category', category, '--intention', intention, file(path), '--json')
    const { data } = (await ask('/api/local/feeds')) as { data: { id: string; attributes: { entries: number } }[] }
    expect(data.find(({ id }) => id === name)?.attributes.entries).toBe(entries)
  })

  test('the feeds match by range: an address inside a listed network', async () => {
    // the first network of the VPN list that is no single address
    const { readFileSync } = await import('node:fs')
    const block = readFileSync(file('x4b-vpn/output/vpn/ipv4.txt'), 'utf8')
      .split('\n')
      .find(line => /\/2[0-4]$/.test(line))!
    const inside = block.replace(/\.\d+\/\d+$/, '.77')
    const { data } = (await ask(`/api/local/ip/${inside}`)) as {
      data: { attributes: { matches: { indicator: string; source: { name: string } }[] } }
    }
    expect(data.attributes.matches).toContainEqual(
      expect.objectContaining({ indicator: block, source: expect.objectContaining({ name: 'vpn' }) }),
    )
  })

  test('OpenSSH_2k.log stores 2,000 logs, and the same file again none', async () => {
    await cli('import', file('loghub/OpenSSH/OpenSSH_2k.log'), '--json')
    expect((await explore('logs', '*')).meta.total).toBe(2000)
    await cli('import', file('loghub/OpenSSH/OpenSSH_2k.log'), '--json')
    expect((await explore('logs', '*')).meta.total).toBe(2000)
  })

  test('520 failed passwords from 23 addresses', async () => {
    const { meta } = await explore('logs', '"Failed password"', { facets: ['@network.client.ip'] })
    expect(meta.total).toBe(520)
    expect(meta.facets['@network.client.ip']).toHaveLength(23)
    expect(meta.facets['@network.client.ip']![0]).toEqual({ value: '183.62.140.253', count: 286 })
  })

  test.each([
    ['183.62.140.253', 286],
    ['187.141.143.180', 80],
  ])('a brute-force signal for %s with %i events', async (address, events) => {
    await expect
      .poll(async () =>
        (await explore('signals', `@network.client.ip:${address} @title:"SSH brute force"`)).data.map(
          ({ attributes }) => attributes.custom.events_matched,
        ),
      )
      .toEqual([events])
  })

  test('Apache_2k.log: 2,000 logs of 2005 with 32 addresses, beside live ones, and every one is found again', async () => {
    await cli('import', file('loghub/Apache/Apache_2k.log'), '--json')
    await ask('/api/v2/logs', { method: 'POST', body: JSON.stringify({ message: 'a live one from 198.51.100.1' }) })
    const in2005 = { from: '2005-01-01T00:00:00Z', to: '2005-12-31T23:59:59Z' }
    const { meta } = await explore('logs', '*', { ...in2005, facets: ['@network.ip.list'] })
    expect(meta.total).toBe(2000)
    expect(meta.facets['@network.ip.list']).toHaveLength(32)
    expect((await explore('logs', '*')).meta.total).toBe(4001)

    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = await explore('logs', '*', { ...in2005, ...(cursor !== undefined && { cursor }) })
      found.push(...page.data.map(({ id }) => id))
      cursor = page.meta.page.after
    } while (cursor !== undefined)
    expect(new Set(found).size).toBe(2000)
    expect(found).toHaveLength(2000)
  })

  test('what feeds know of the addresses is in logs and signals', async () => {
    const { meta } = await explore('logs', '@threat_intel.indicators_matched:*')
    expect(meta.total).toBeGreaterThan(0)
    expect((await explore('logs', '@threat_intel.results.category:scanner')).meta.total).toBe(
      (await explore('logs', '@threat_intel.results.source.name:ipsum')).meta.total,
    )
  })
})
