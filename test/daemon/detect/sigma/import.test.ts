import { expect, test } from 'vitest'
import { type Read, readSigma } from '../../../../daemon/detect/sigma/import.ts'

/** A rule about processes on Windows; what it looks for is a part of its YAML. */
const rule = (detection: string, more = '') =>
  `title: A rule\nid: 11111111-2222-3333-4444-555555555555\nlogsource: { product: windows, service: security }\ndetection:\n${detection
    .split('\n')
    .map(line => `  ${line}`)
    .join('\n')}\n${more}`
const prefix = 'source:(windows.events OR windows) @Channel:"Security" '
const read = (text: string): Read[] => readSigma([{ path: 'a.yml', text }])
const queryOf = (text: string) => {
  const [found] = read(text)
  return found?.rule?.payload.queries[0]?.query.replace(prefix, '') ?? found?.problem?.message
}
const selection = (item: string) => queryOf(rule(`selection:\n  ${item}\ncondition: selection`))

test.each([
  // values
  ['EventID: 4624', '@EventID:4624'],
  ['EventID: [4624, 4625]', '@EventID:(4624 OR 4625)'],
  ['User: Admin', 'ANYCASE(@User, Admin)'],
  ['User: [Admin, "Ro?t", "*svc"]', 'ANYCASE(@User, Admin, Ro?t, *svc)'],
  ["User: 'a\\*b'", 'ANYCASE(@User, a\\*b)'],
  ["User: 'C:\\\\*'", 'ANYCASE(@User, C:\\\\*)'],
  ["User: 'C:\\Users\\x'", 'ANYCASE(@User, C:\\\\Users\\\\x)'],
  ['User: null', '-@User:*'],
  ["User: ''", '@User:""'],
  ["User: ['', null]", '(-@User:* OR @User:"")'],
  ['Granted: true', 'ANYCASE(@Granted, true)'],
  ['host: web-1', 'ANYCASE(host, web-1)'],
  // modifiers
  ['Line|contains: [" -enc ", b]', 'ANYCASE(@Line, *\\ -enc\\ *, *b*)'],
  ['Line|contains|all: [a, b]', 'ANYCASE(@Line, *a*) ANYCASE(@Line, *b*)'],
  ['Line|startswith: a', 'ANYCASE(@Line, a*)'],
  ['Line|endswith: a', 'ANYCASE(@Line, *a)'],
  ['Line|contains|cased: Ab', '@Line:*Ab*'],
  ['Line|neq: a', '-ANYCASE(@Line, a)'],
  ['Line|exists: true', '@Line:*'],
  ['Line|exists: false', '-@Line:*'],
  ['Size|gte: 10', '@Size:>=10'],
  ['Size|lt: "10"', '@Size:<10'],
  ['Ip|cidr: [10.0.0.0/8, "::1/128"]', '(CIDR(@Ip, 10.0.0.0/8) OR CIDR(@Ip, ::1/128))'],
  ["Line|re: '\\s-O\\s'", 'REGEX(@Line, "\\\\s-O\\\\s")'],
  ['Line|re|i|m: ^a', 'REGEX(@Line, "(?im)^a")'],
  ['Line|base64: foo', 'ANYCASE(@Line, Zm9v)'],
  ['Line|base64offset|contains: /bin/bash', 'ANYCASE(@Line, *L2Jpbi9iYXNo*, *9iaW4vYmFza*, *vYmluL2Jhc2*)'],
  ['Line|wide|base64offset|contains: ping', 'ANYCASE(@Line, *cABpAG4AZw*, *AAaQBuAGcA*, *wAGkAbgBnA*)'],
  ['Line|utf16|base64: a', 'ANYCASE(@Line, //5hAA==)'],
  ["Line|windash|contains: ' -x '", 'ANYCASE(@Line, *\\ -x\\ *, *\\ /x\\ *, *\\ –x\\ *, *\\ —x\\ *, *\\ ―x\\ *)'],
  // what cannot be
  ['Line|fieldref: Other', 'compares a field with another field (Other), which queries cannot'],
  ['Line|expand: "%admins%"', 'needs values for %admins% (expand): write them in its place, without the modifier, and import it again'],
  ['Line|nonsense: x', 'the modifier “nonsense” is not known'],
  ['Line|re: "(?=x)"', 'This is no expression that can be evaluated: invalid or unsupported Perl syntax: `(?=`.'],
  ['Line|re|contains: x', 'the modifiers re and contains do not go together'],
  ['Line|base64: "a*"', 'a text with wildcards cannot be encoded'],
  ['Line|lt: x', 'compares with what is no number'],
  ['Line|cidr: x', '“x” is no block of addresses'],
  ['Line: []', 'an empty list'],
  ['Line: { a: b }', 'a value must be a text, a number, true, false or null'],
])('%s → %s', (item, query) => {
  expect(selection(item)).toBe(query)
})

const searches = 'a:\n  A: 1\nb_1:\n  B: 1\nb_2:\n  B: 2\n_c:\n  C: 3\nwords:\n  - foo bar\n  - 12\n'
test.each([
  ['a and not b_1', '@A:1 -@B:1'],
  ['a or b_1 and b_2', '@A:1 OR @B:1 @B:2'],
  ['(a OR b_1) AND not (b_2)', '(@A:1 OR @B:1) -@B:2'],
  ['not not a', '@A:1'],
  ['1 of b_*', '@B:(1 OR 2)'],
  ['all of b_*', '@B:1 @B:2'],
  ['a and not 1 of b_*', '@A:1 -@B:(1 OR 2)'],
  ['any of them', '@A:1 OR @B:1 OR @B:2 OR ANYCASE(*, *foo\\ bar*, *12*)'],
  ['words', 'ANYCASE(*, *foo\\ bar*, *12*)'],
  ['[a, b_1]', '@A:1 OR @B:1'],
  ['2 of b_*', 'the condition asks for 2 of b_*; there is 1, any and all'],
  ['a and', 'the condition ends too early'],
  ['(a', 'the condition has a parenthesis that is not closed'],
  ['a b_1', 'the condition has “b_1” where it should end'],
  ['d', 'the condition names “d”, which is no search of the rule'],
  ['1 of d_*', 'the condition names “d_*”, which is no search of the rule'],
  ['a | count() > 5', 'the condition counts with “|”, an old form: write it as a correlation'],
  [`${'not '.repeat(5000)}a`, 'is longer than 4096 characters'],
  [`${'not ('.repeat(70)}a${')'.repeat(70)}`, 'the condition nests deeper than 64 levels'],
])('%s → %s', (condition, query) => {
  const found = queryOf(rule(`${searches}condition: ${condition}`))
  expect(found?.replace(/^\((.*)\)$/, '$1')).toBe(query.replace(/^\((.*)\)$/, '$1'))
})

test('what a rule says of itself is kept', () => {
  const text = rule(
    'selection:\n  EventID: 1\ncondition: selection',
    'description: What it finds.\nauthor: Ann\nlicense: DRL-1.1\nstatus: test\ndate: 2024-01-02\nreferences: [https://example.com/x]\nfalsepositives: [Admins]\nlevel: high\ntags: [attack.credential-access, attack.t1003.001, cve.2024-1234, detection.threat-hunting]\n',
  )
  const { rule: made, outcome } = read(text)[0]!
  expect(outcome).toBe('imported')
  expect(made).toMatchObject({
    id: '11111111-2222-3333-4444-555555555555',
    payload: {
      name: 'A rule',
      isEnabled: true,
      cases: [{ status: 'high', condition: 'a > 0' }],
      queries: [{ groupByFields: ['host'], hasOptionalGroupByFields: true }],
      options: { detectionMethod: 'threshold', evaluationWindow: 0 },
      tags: [
        'origin:sigma',
        'tactic:TA0006-credential-access',
        'technique:T1003.001-lsass-memory',
        'cve:CVE-2024-1234',
        'detection:threat-hunting',
      ],
    },
  })
  for (const part of ['What it finds.', 'Author: Ann', 'Licence: DRL-1.1', '- Admins', '- https://example.com/x'])
    expect(made!.payload.message).toContain(part)
})

test('a log source that is not in the table is a loss, and says so', () => {
  const text = rule('selection:\n  A: 1\ncondition: selection').replace('product: windows, service: security', 'product: toaster')
  const [found] = read(text)
  expect(found).toMatchObject({ outcome: 'imported_with_loss', losses: [expect.stringContaining('toaster')] })
  expect(found!.rule!.payload.queries[0]!.query).toBe('source:"toaster" @A:1')
})

test.each([
  ['service: sshd', 'SourceIp: 192.0.2.7', '@network.client.ip:"192.0.2.7"', []],
  ['service: sshd', 'usr.name|startswith: adm', 'ANYCASE(@usr.name, adm*)', []],
  ['service: sshd', 'host: w1', 'ANYCASE(host, w1)', []],
  ['service: sshd', 'threat_intel.results.category: tor', 'ANYCASE(@threat_intel.results.category, tor)', []],
  ['service: sshd', 'CommandLine: x', 'ANYCASE(@CommandLine, x)', ['logs of linux sshd have no field “CommandLine” here']],
  ['service: sshd', 'process.command_line: x', undefined, ['logs of linux sshd have no field “process.command_line” here']],
  ['service: sudo', 'USER: "#-1"', '@usr.target:"#-1"', []],
  ['service: cron', 'Foo: x', undefined, ['logs of linux cron have no field “Foo” here']],
  ['service: auditd', 'a0: x', 'ANYCASE(@a0, x)', []],
  ['category: process_creation', 'CommandLine: x', undefined, []],
])('linux, %s, %s: what its logs have', (source, item, query, losses) => {
  const text = rule(`selection:\n  ${item}\ncondition: selection`).replace(
    'product: windows, service: security',
    `product: linux, ${source}`,
  )
  const [found] = read(text)
  expect(found).toMatchObject({ outcome: losses.length > 0 ? 'imported_with_loss' : 'imported', losses })
  if (query !== undefined) expect(found!.rule!.payload.queries[0]!.query.replace(/^source:\w+ /, '')).toBe(query)
})

const base = (name: string, id: number) =>
  `title: ${name}\nid: id-${id}\nname: ${name}\nlogsource: { product: windows, service: security }\ndetection: { s: { EventID: ${id} }, condition: s }\n---\n`
const correlation = (body: string) =>
  `${base('one', 1)}${base('two', 2)}title: Many\nid: many\nlevel: high\ncorrelation:\n${body
    .split('\n')
    .map(line => `  ${line}`)
    .join('\n')}\n`
const many = (body: string) => read(correlation(body)).find(({ title }) => title === 'Many')!

test('event_count: a threshold, and the rule that it counts is off by itself', () => {
  const found = read(correlation('type: event_count\nrules: one\ngroup-by: [User]\ntimespan: 5m\ncondition: { gte: 10 }'))
  expect(found.find(({ title }) => title === 'Many')!.rule!.payload).toMatchObject({
    queries: [{ query: `${prefix}@EventID:1`, aggregation: 'count', groupByFields: ['@User'] }],
    cases: [{ status: 'high', condition: 'a >= 10' }],
    options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 300 },
  })
  expect(found.map(({ title, rule }) => [title, rule!.payload.isEnabled])).toEqual([
    ['one', false],
    ['two', true],
    ['Many', true],
  ])
})
test('event_count of several rules; a window that there is not becomes the next', () => {
  const found = many('type: event_count\nrules: [one, id-2]\ntimespan: 2m\ngenerate: true\ncondition: { gt: 3 }')
  expect(found).toMatchObject({ outcome: 'imported_with_loss', losses: ['the window of 2m becomes 5 minutes, the next that there is'] })
  expect(found.rule!.payload.queries[0]!.query).toContain(' OR ')
})
test('value_count', () => {
  const found = many('type: value_count\nrules: [one]\ngroup-by: [User]\ntimespan: 1h\ncondition: { field: Ip, gte: 3 }')
  expect(found.rule!.payload.queries[0]).toMatchObject({ aggregation: 'cardinality', distinctFields: ['@Ip'] })
})
test.each([
  ['SourceIp', '@network.client.ip', []],
  ['Nowhere', '@Nowhere', ['logs of linux sshd have no field “Nowhere” here']],
])('group-by: [%s] of logs of sshd → %s', (name, path, losses) => {
  const text = correlation(`type: value_count\nrules: [one]\ngroup-by: [${name}]\ntimespan: 5m\ncondition: { field: ${name}, gte: 3 }`)
  const logins = text.replace('product: windows, service: security', 'product: linux, service: sshd').replace('EventID: 1', 'User: root')
  const found = read(logins).find(({ title }) => title === 'Many')!
  expect(found.losses).toEqual(losses)
  expect(found.rule!.payload.queries[0]).toMatchObject({ groupByFields: [path], distinctFields: [path] })
})
test('temporal, with aliases', () => {
  const found = many('type: temporal\nrules: [one, two]\naliases: { who: { one: User, two: Account } }\ngroup-by: [who]\ntimespan: 10m')
  expect(found.rule!.payload).toMatchObject({
    queries: [
      { name: 'a', groupByFields: ['@User'] },
      { name: 'b', groupByFields: ['@Account'] },
    ],
    cases: [{ condition: 'a > 0 && b > 0' }],
    options: { evaluationWindow: 600 },
  })
})
test.each([
  [
    'type: event_count\nrules: [three]\ntimespan: 5m\ncondition: { gte: 1 }',
    'the rule “three” is not among those that are imported with it',
  ],
  ['type: event_count\nrules: [one]\ntimespan: 5 minutes\ncondition: { gte: 1 }', 'must be a time such as 5m'],
  ['type: event_count\nrules: [one]\ntimespan: 2d\ncondition: { gte: 1 }', 'is longer than a day'],
  ['type: event_count\nrules: [one]\ntimespan: 5m', 'must compare the count: gte, gt, …'],
  ['type: value_count\nrules: [one]\ntimespan: 5m\ncondition: { gte: 1 }', 'must name one field to count'],
  [
    'type: value_percentile\nrules: [one]\ntimespan: 5m',
    'the type “value_percentile” is not evaluated; there is event_count, value_count, value_sum, temporal, temporal_ordered',
  ],
])('%s: %s', (body, message) => {
  expect(many(body)).toMatchObject({ outcome: 'refused', problem: { message } })
})

test('what is wrong is said with its line, and keeps no other rule from its turn', () => {
  const good = rule('selection:\n  A: 1\ncondition: selection')
  const bad = rule('selection:\n  A: 1\ncondition: other')
    .replace('A rule', 'Another')
    .replace(/id: .*/, 'id: x')
  expect(read(`${good}---\n${bad}---\njust text\n`)).toMatchObject([
    { outcome: 'imported', line: 1 },
    { outcome: 'refused', line: 15, title: 'Another', problem: { field: 'detection.condition' } },
    { outcome: 'refused', line: 17, problem: { message: 'a rule is a map' } },
  ])
  expect(
    readSigma([
      { path: 'a.yml', text: good },
      { path: 'b.yml', text: good },
    ]),
  ).toMatchObject([
    { file: 'a.yml', outcome: 'imported' },
    { file: 'b.yml', outcome: 'refused', problem: { field: 'id' } },
  ])
})
