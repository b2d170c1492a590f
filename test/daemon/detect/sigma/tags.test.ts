import { expect, test } from 'vitest'
import { readDefaultRules } from '../../../../daemon/detect/default-rules/index.ts'
import { toTag } from '../../../../daemon/detect/sigma/tags.ts'

test.each([
  ['attack.t1059', 'technique:T1059-command-and-scripting-interpreter'],
  ['attack.T1110.003', 'technique:T1110.003-password-spraying'],
  ['attack.t9999', 'technique:T9999'],
  ['attack.t9999.001', 'technique:T9999.001'],
  ['attack.credential_access', 'tactic:TA0006-credential-access'],
  ['attack.__proto__', 'attack:__proto__'],
  ['attack.g0007', 'attack:G0007'],
  ['cve.2021-44228', 'cve:CVE-2021-44228'],
])('%s → %s', (tag, expected) => expect(toTag(tag)).toBe(expected))

test('default rules call techniques and tactics the same', () => {
  const tags = new Set(readDefaultRules().flatMap(({ tags }) => tags.filter(tag => /^(tactic|technique):/.test(tag))))
  expect(tags.size).toBeGreaterThan(20)
  const asSigma = (tag: string) => tag.replace(/^technique:(T[\d.]+)-.*/, 'attack.$1').replace(/^tactic:TA\d+-/, 'attack.')
  for (const tag of tags) expect(toTag(asSigma(tag))).toBe(tag)
})
