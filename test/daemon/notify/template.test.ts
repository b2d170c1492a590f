import { describe, expect, test } from 'vitest'
import { textOf, written } from '../../../daemon/notify/render.ts'
import { sampleSignal } from '../../../daemon/notify/sample-signal.ts'
import { readTemplate, type TemplateError } from '../../../daemon/notify/template.ts'
import type { Signal } from '../../../shared/signal.ts'
import { noon } from '../../daemon.ts'

const signal: Signal = (() => {
  const made = sampleSignal(noon)
  made.detection.tags = ['source:example', 'env:prod', 'team.name:red']
  made.detection.attributes = { ...made.detection.attributes, http: { url: 'https://a.example/?q=a b&c' }, many: [1, 2, 3, 4, 5, 6, 7] }
  made.detection.message = 'From {{@network.client.ip}} {{env}} {{nothing.here}}{{#is_match "env.name" "prod"}}!{{/is_match}}'
  return made
})()
const say = (template: string, about = signal) => textOf(written(template, about))

describe('D-16', () => {
  test.each([
    ['{{severity}} {{status}}', '3 high'],
    ['{{timestamp}} {{timestamp_epoch}}', `${new Date(noon).toISOString()} ${noon}`],
    ['{{first_seen}} {{last_seen_epoch}}', `${new Date(noon - 60_000).toISOString()} ${noon - 1000}`],
    ['{{rule_name}}: {{case_name}}', 'Example rule: many'],
    ['{{events_matched}} {{events_matched_per_query.failures}} {{events_matched_per_query.other}}', '6 6 '],
    ['{{@network.client.ip}} {{ @usr.name }}', '203.0.113.9 root'],
    ['{{@nothing}}|', '|'],
    ['{{@many}}', '1, 2, 3, 4, 5 and 2 more'],
    ['{{env.name}} {{source.name}}', 'prod example'],
    ['{{[team.name].name}}', 'red'],
    ['{{#is_match "env.name" "pro"}}yes{{/is_match}}', 'yes'],
    ['{{#is_match "env.name" "dev" "rod"}}yes{{/is_match}}', 'yes'],
    ['{{^is_match "env.name" "dev"}}no{{/is_match}}', 'no'],
    ["{{#is_exact_match 'env.name' 'pro'}}yes{{else}}no{{/is_exact_match}}", 'no'],
    ['{{#is_exact_match "env.name" "prod"}}yes{{/is_exact_match}}', 'yes'],
    ['{{#is_exact_match "@nothing" ""}}none{{/is_exact_match}}', 'none'],
    ['{{^is_exact_match "@usr.name" ""}}some{{/is_exact_match}}', 'some'],
    ['{{#if @usr.name}}{{@usr.name}}{{else}}nobody{{/if}}', 'root'],
    ['{{#if @nothing}}a{{else}}b{{#if env.name}}c{{/if}}d{{/if}}e', 'bcde'],
    ['{{eval "first_seen_epoch-15*60*1000"}}', String(noon - 60_000 - 900_000)],
    ['{{eval "(1+2)*3-10/4%2"}}', '8.5'],
    ['{{eval "@usr.name+1"}}|', '|'],
    ["{{local_time 'timestamp' 'Asia/Tokyo'}}", '2026-03-14 21:00 GMT+9'],
    ['{{urlencode "@http.url"}}', 'https%3A%2F%2Fa.example%2F%3Fq%3Da%20b%26c'],
    ['{{{{raw}}}}{{severity}} {{x}}{{{{/raw}}}}', '{{severity}} {{x}}'],
    ['{{message}}', 'From 203.0.113.9 prod {{nothing.here}}!'],
    ['a } b }} c', 'a } b }} c'],
  ])('%s → %s', (template, expected) => expect(say(template)).toBe(expected))

  test.each([
    '{{severity}} {{title}} {{@usr.name}}',
    '{{#is_match "env.name" "prod"}}yes{{/is_match}}',
    '{{eval "1+1"}} {{message}} {{{{raw}}}}{{x}}{{{{/raw}}}}',
    '{{#if',
  ])('message and title of a signal raised by hand: %s stays as it is', text => {
    const byHand = structuredClone(signal)
    byHand.detection.message = byHand.detection.title = text
    byHand.detection.rule.type = 'manual'
    expect(say('{{title}} | {{message}}', byHand)).toBe(`${text} | ${text}`)
  })
  test('a value from a log that looks like a template stays as it is, in the message of a rule too', () => {
    const hostile = structuredClone(signal)
    hostile.detection.group = {}
    hostile.detection.attributes = { usr: { name: '{{severity}} {{#if env.name}}x{{/if}} {{eval "1+1"}}' } }
    hostile.detection.message = 'By {{@usr.name}}'
    expect(say('{{message}} {{@usr.name}}', hostile)).toBe(
      'By {{severity}} {{#if env.name}}x{{/if}} {{eval "1+1"}} {{severity}} {{#if env.name}}x{{/if}} {{eval "1+1"}}',
    )
  })

  test.each([
    ['{{sevrity}}', 'there is no variable “sevrity”; of a tag it is {{sevrity.name}}, of an attribute {{@sevrity}}', [0, 11]],
    ['abc {{env}} d', /no variable “env”/, [4, 11]],
    ['{{constructor}}', /no variable/, [0, 15]],
    ['{{__proto__}}', /no variable/, [0, 13]],
    ['{{process.env.name}}', /no variable/, [0, 20]],
    ['{{}}', 'has {{}} without a variable', [0, 4]],
    ['a {{', 'has {{ without }}', [2, 4]],
    ['{{#each x}}{{/each}}', /there is no {{#each}}/, [0, 11]],
    ['{{#if severity}}', '{{#if}} is not closed: {{/if}} is missing', [0, 16]],
    ['{{/if}}', '{{/if}} closes nothing', [0, 7]],
    ['{{#if severity}}{{/is_match}}', '{{/if}} must come first', [16, 29]],
    ['{{else}}', '{{else}} stands in no {{#if}}', [0, 8]],
    ['{{#is_match "severity"}}{{/is_match}}', /must say what to compare with/, [0, 24]],
    ['{{#if nope}}{{/if}}', /no variable “nope”/, [0, 12]],
    ['{{eval "1+"}}', '{{eval}} ends too soon', [9, 10]],
    ['{{eval "alert(1)"}}', /no variable “alert”/, [8, 13]],
    ['{{eval "1;2"}}', /can only hold numbers/, [9, 10]],
    ["{{local_time 'timestamp' 'Mars/Base'}}", '“Mars/Base” is no time zone, such as Europe/Paris', [0, 38]],
    ["{{local_time 'severity' 'UTC'}}", /takes one of timestamp/, [0, 31]],
    ['{{urlencode}}', /no variable “urlencode”/, [0, 13]],
    [`${'{{#if severity}}'.repeat(11)}`, 'is nested more than 10 deep', [160, 176]],
  ])('%s is refused: %s', (template, message, at) => {
    const refused = (() => {
      try {
        readTemplate(template)
      } catch (error) {
        return error as TemplateError
      }
      return undefined
    })()
    expect(refused?.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
    if (at) expect(refused!.at).toEqual(at)
  })

  test('longer than 16384 characters', () => expect(() => readTemplate('x'.repeat(16_385))).toThrow('is longer than 16384 characters'))
  test('more than 2000 parts', () => expect(() => readTemplate('{{@a}}'.repeat(2001))).toThrow(/2000 parts/))
  test('a value with a template in it stays a value, and on one line', () => {
    const evil = structuredClone(signal)
    evil.detection.title = '{{severity}}\r\nBcc: all@example.com\u202egnp'
    expect(written('{{title}}', evil)).toEqual([{ given: '{{severity}} Bcc: all@example.com gnp' }])
  })
  test('a message that would hold itself ends', () => {
    const evil = structuredClone(signal)
    evil.detection.message = 'a{{message}}b'
    expect(say('{{message}}', evil)).toBe('ab')
  })
  test('what is written is bounded', () => {
    const evil = structuredClone(signal)
    evil.detection.attributes = { long: 'x'.repeat(100_000) }
    expect(say('{{@long}}', evil)).toHaveLength(2000)
    expect(say('{{@long}}'.repeat(1000), evil).length).toBeLessThanOrEqual(32_768)
  })
})
