import { expect, test } from 'vitest'
import { createDetector } from '../../../../daemon/detect/detector.ts'
import { candidateFor } from '../../../../daemon/detect/suppressions/candidate.ts'
import { checkSuppression } from '../../../../daemon/detect/suppressions/compile.ts'
import type { JsonObject } from '../../../../shared/json.ts'
import type { Suppression } from '../../../../shared/suppression.ts'
import { makeLog, makeRule } from '../fixtures.ts'

const stored = { id: 'hide', version: 1, seq: 0, created: 0, updated: 0, isDeleted: false }
const ann = { handle: 'ann', name: 'Ann' }

test.each<[what: string, attributes: JsonObject, groupBy: string[]]>([
  ['an address', { network: { client: { ip: '2001:db8::1' } } }, ['@network.client.ip']],
  ['a value full of signs', { usr: { name: 'a "b" (c) \\ * OR -d:e' } }, ['@usr.name']],
  ['two values', { usr: { name: 'ann' }, app: 'vpn' }, ['@usr.name', '@app']],
  ['a value that is not there', { app: 'vpn' }, ['@usr.name', '@app']],
  ['a value too long to be kept', { usr: { name: 'x'.repeat(400) } }, ['@usr.name']],
  ['no group', {}, []],
])('it hides the signal that it comes from: %s', (_, attributes, groupByFields) => {
  const rule = makeRule({ name: 'Rule: “new”', queries: [{ query: '*', groupByFields, hasOptionalGroupByFields: true }] })
  const log = makeLog(0, attributes)
  const run = (suppressions: Suppression[]) => {
    const detector = createDetector()
    detector.setRules([rule])
    detector.setSuppressions(suppressions)
    detector.judge(log)
    return detector.takeFound().signals
  }
  const [signal] = run([])
  const payload = checkSuppression(candidateFor(signal!.detection))
  expect(run([{ ...payload, ...stored, creator: ann, updater: ann }])).toEqual([])
})
