import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { readAsTable } from '../../../daemon/intel/as-table.ts'
import { openGeo } from '../../../daemon/intel/geo.ts'
import { readAddress } from '../../../shared/ip.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

describe('where an address is', () => {
  const { locate } = openGeo()
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
  ])('%s: %j', (address, place) => expect(locate(address)).toEqual(place))
})

test('the AS table reads names with commas, quotes and letters beyond ASCII, and a last line without an end', () => {
  const dir = mkdtempSync(join(tmpdir(), 'as-'))
  const [v4, v6] = [join(dir, '4.csv'), join(dir, '6.csv')]
  writeFileSync(v4, '16777216,16777471,13335,"Cloudflare, Inc."\nbroken line\n16778240,16779263,4200000000,Ünïted "A" Lines\n')
  writeFileSync(v6, '42540766411282592856903984951653826560,42540766490510755371168322545197776895,13335,other name')
  const systemOf = readAsTable({ v4, v6 })
  rmSync(dir, { recursive: true })
  const at = (text: string) => systemOf(readAddress(text)!)
  expect(at('1.0.0.255')).toEqual({ number: 13335, name: 'Cloudflare, Inc.' })
  expect(at('1.0.1.0')).toBeUndefined()
  expect(at('1.0.4.0')).toEqual({ number: 4200000000, name: 'Ünïted "A" Lines' })
  expect(at('2001:db8::1')).toEqual({ number: 13335, name: 'Cloudflare, Inc.' })
  expect(at('2001:db9::')).toBeUndefined()
})
