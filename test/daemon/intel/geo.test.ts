import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { openAsTable, readAsColumns } from '../../../daemon/intel/as-table.ts'
import { type Locate, openGeo } from '../../../daemon/intel/geo.ts'
import { readAddress } from '../../../shared/ip.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

describe('where an address is', () => {
  let locate: Locate
  beforeAll(async () => {
    locate = await openGeo().locator()
  }, 60_000)
  const google = { number: 15169, name: 'Google LLC' }

  test.each([
    ['8.8.8.8', { country: { iso_code: 'US', name: 'United States' }, as: google }],
    ['::ffff:8.8.8.8', { country: { iso_code: 'US', name: 'United States' }, as: google }],
    ['2001:4860:4860::8888', { country: { iso_code: 'US', name: 'United States' }, as: google }],
    ['183.62.140.253', { country: { iso_code: 'CN', name: 'China' }, as: { number: 4134, name: 'Chinanet' } }],
    ['10.0.0.1', {}],
    ['203.0.113.9', {}],
    ['::1', {}],
    ['nowhere', {}],
    ['', {}],
  ])('%s: %j', (address, place) => {
    const { network, ...said } = locate(address)
    expect(said).toEqual(place)
    expect(network !== undefined).toBe('as' in place)
  })
})

test('the AS table reads names with commas, quotes and letters beyond ASCII, and a last line without an end', () => {
  const dir = mkdtempSync(join(tmpdir(), 'as-'))
  const [v4, v6] = [join(dir, '4.csv'), join(dir, '6.csv')]
  writeFileSync(v4, '16777216,16777471,13335,"Cloudflare, Inc."\nbroken line\n16778240,16779263,4200000000,Ünïted "A" Lines\n')
  writeFileSync(v6, '42540766411282592856903984951653826560,42540766490510755371168322545197776895,13335,other name')
  const systemOf = openAsTable(readAsColumns({ v4, v6 }))
  rmSync(dir, { recursive: true })
  const at = (text: string) => systemOf(readAddress(text)!)
  expect(at('1.0.0.255')).toEqual({ as: { number: 13335, name: 'Cloudflare, Inc.' }, network: '1.0.0.0/24' })
  expect(at('1.0.1.0')).toBeUndefined()
  expect(at('1.0.4.0')).toEqual({ as: { number: 4200000000, name: 'Ünïted "A" Lines' }, network: '1.0.4.0/22' })
  expect(at('2001:db8::1')?.as).toEqual({ number: 13335, name: 'Cloudflare, Inc.' })
  expect(at('2001:db9::')).toBeUndefined()
})

test('data that cannot be read is told of once; the databases of the user speak all the same', async () => {
  const reported: unknown[] = []
  const damaged = new Error('damaged')
  const { locator } = openGeo({
    own: () => [{ country: 'FR' }],
    read: () => Promise.reject(damaged),
    report: error => reported.push(error),
  })
  const france = { country: { iso_code: 'FR', name: 'France' } }
  expect((await locator())('8.8.8.8')).toEqual(france)
  expect((await locator())('8.8.4.4')).toEqual(france)
  expect(reported).toEqual([damaged])
})

test('it is read once, however many ask before it is there', async () => {
  const reads: ((error: Error) => void)[] = []
  const { locator } = openGeo({ read: () => new Promise((_, reject) => reads.push(reject)) })
  const asked = [locator(), locator()]
  expect(reads).toHaveLength(1)
  reads[0]!(new Error('gone'))
  expect((await asked[0]!)('8.8.8.8')).toEqual({})
  expect(await asked[0]).toBe(await asked[1])
})
