import { describe, expect, test } from 'vitest'
import { ConditionError, compileCondition } from '../../../daemon/detect/condition.ts'

const names = ['failures', 'success', 'a.b-c']

describe('failures 6, success 1, a.b-c 0', () => {
  test.each([
    ['failures > 5', true],
    ['failures > 6', false],
    ['failures >= 6', true],
    ['failures < 6', false],
    ['failures <= 6', true],
    ['failures == 6', true],
    ['failures != 6', false],
    ['5 < failures', true],
    ['failures > success', true],
    ['failures > 5.5', true],
    ['a.b-c > -1', true],
    ['failures>5&&success>0', true],
    ['failures > 5 && success > 1', false],
    ['failures > 50 || success > 0', true],
    ['failures > 5 || success > 5 && a.b-c > 5', true],
    ['(failures > 5 || success > 5) && a.b-c > 5', false],
    ['!(failures > 5)', false],
    ['!failures > 5', false],
    ['!!(failures > 5)', true],
    ['((((failures > 5))))', true],
    ['  failures\t>\n5  ', true],
    ['', true],
    ['   ', true],
  ])('%s', (text, expected) => expect(compileCondition(text, names)([6, 1, 0])).toBe(expected))
})

test('an empty condition over nothing', () => expect(compileCondition('', names)([0, 0, 0])).toBe(false))

describe('refused, with the place', () => {
  test.each([
    ['failures', [8, 8], /comparison.*the end/],
    ['failures >', [10, 10], /name of a query or a number.*the end/],
    ['failures > 5 &&', [15, 15], /the end/],
    ['failures > 5 success', [13, 20], /&& or \|\|.*“success”/],
    ['attempts > 5', [0, 8], /No query is called “attempts”; there is failures, success, a\.b-c/],
    ['failures = 5', [9, 10], /“=”/],
    ['failures > 5 & success > 1', [13, 14], /“&”/],
    ['(failures > 5', [13, 13], /Expected \)/],
    ['failures > 5)', [12, 13], /“\)”/],
    ['failures > 5 and success > 1', [13, 16], /“and”/],
    ['failures > 😀', [11, 12], /“😀”/],
    ['constructor > 1', [0, 11], /constructor/],
    ['process.exit(1)', [0, 12], /process\.exit/],
    ['1 > 2 > 3', [6, 7], /&& or/],
  ])('%s', (text, at, message) => {
    const attempt = () => compileCondition(text, names)
    expect(attempt).toThrow(message)
    expect(attempt).toThrow(ConditionError)
    try {
      attempt()
    } catch (error) {
      expect((error as ConditionError).at).toEqual(at)
    }
  })
})

test('a thousand parentheses', () =>
  expect(compileCondition(`${'('.repeat(500)}failures > 5${')'.repeat(500)}`, names)([6, 0, 0])).toBe(true))
