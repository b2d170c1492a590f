import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDefaultRules } from '../../daemon/detect/default-rules/index.ts'
import { system } from '../../daemon/lib/actor.ts'
import { runCommand, startChild, temporary } from '../child.ts'
import { startDaemon } from '../daemon.ts'
import { bruteForce } from '../logs.ts'
import { writeZip } from '../write-zip.ts'

const sigma = (name: string, id: number, selection: string, more = '') =>
  `title: ${name}\nid: 00000000-0000-0000-0000-00000000000${id}\nlevel: high\nlogsource: { product: windows, service: security }\ndetection:\n  selection:\n    ${selection}\n  condition: selection\n${more}`
const yaml = { 'content-type': 'text/yaml' }
const path = '/api/local/rules/import'
const rules = '/api/v2/security_monitoring/rules'
const user = sigma('User added', 1, 'EventID: 4720')
const bad = sigma('Compares', 2, 'A|fieldref: B')

test('rules come in, make signals, and come again as what they are', async () => {
  const { standard, readOnly, admin, intake, core, events: _ } = await startDaemon()
  expect((await readOnly.post(path, user, yaml)).status).toBe(403)
  expect((await standard.post(`${path}?dry_run=true`, user, yaml)).at('data.attributes.counts.created')).toBe(1)
  expect((await standard.get(rules)).at('data.length')).toBe(0)

  const made = await standard.post(path, `${user}---\n${bad}`, yaml)
  expect(made.status).toBe(200)
  expect(made.at('data.attributes.counts')).toMatchObject({ imported: 1, refused: 1, created: 1 })
  expect(made.each('data.attributes.rules', 'problem.field')).toEqual([undefined, 'detection.selection.A|fieldref'])
  const id = String(made.at('data.attributes.rules.0.id'))

  await intake.post('/api/v2/logs', [
    { Event: { System: { EventID: 4720, Channel: 'Security', Computer: 'dc-1' }, EventData: { TargetUserName: 'eve' } } },
  ])
  await core.caughtUp()
  const signals = await standard.get('/api/v2/security_monitoring/signals')
  expect(signals.each('data', 'attributes.custom.title')).toEqual(['User added'])

  // again, changed where it comes from, changed here
  const change = async (text: string) => (await standard.post(path, text, yaml)).at('data.attributes.rules.0.change')
  expect(await change(user)).toBe('unchanged')
  await standard.put(`${rules}/${id}`, { isEnabled: false })
  expect(await change(sigma('User added', 1, 'EventID: [4720, 4722]'))).toBe('updated')
  expect((await standard.get(`${rules}/${id}`)).json).toMatchObject({
    isEnabled: false,
    version: 3,
    queries: [{ query: expect.stringContaining('@EventID:(4720 OR 4722)') }],
  })
  await standard.put(`${rules}/${id}`, { name: 'Mine' })
  expect(await change(user)).toBe('kept')
  expect((await standard.get(`${rules}/${id}`)).at('name')).toBe('Mine')
  await standard.delete(`${rules}/${id}`)
  expect(await change(user)).toBe('updated')

  const audit = await admin.post('/api/local/explorer', { track: 'audit', query: '"imported the rule"', from: 0, limit: 50 })
  expect(audit.at('meta.total')).toBe(3)
})

test('the id of a rule that no import brought is refused, and says whose it is', async () => {
  const { standard, core } = await startDaemon()
  const [ours] = readDefaultRules()
  await core.installRules({ actor: system }, [ours!])
  const mine = String((await standard.post(rules, bruteForce)).at('id'))
  const withId = (id: string) => user.replace(/^id: .*$/m, `id: ${id}`)
  const made = await standard.post(path, `${withId(ours!.id)}---\n${withId(mine)}---\n${user}`, yaml)
  expect(made.at('data.attributes.counts')).toMatchObject({ refused: 2, created: 1, kept: 0 })
  expect(made.each('data.attributes.rules', 'problem')).toEqual([
    { field: 'id', message: `is that of “${ours!.name}”, a rule that comes with Signalbox: give it another` },
    { field: 'id', message: 'is that of “Brute force”, a rule that was made here: give it another' },
    undefined,
  ])
  expect((await standard.get(`${rules}/${mine}`)).at('version')).toBe(1)
})

test('files by name, a zip, and one key one import', async () => {
  const { standard } = await startDaemon()
  const files = [
    { path: 'a/user.yml', text: user },
    { path: 'a/bad.yml', text: bad },
  ]
  const named = await standard.post(path, { data: { type: 'rule_import', attributes: { files } } }, { 'idempotency-key': 'k1' })
  expect(named.each('data.attributes.rules', 'file')).toEqual(['a/user.yml', 'a/bad.yml'])
  const again = await standard.post(path, { data: { type: 'rule_import', attributes: { files } } }, { 'idempotency-key': 'k1' })
  expect(again.at('data.attributes.rules.0.change')).toBe('created')
  const zip = writeZip([{ name: 'x/user.yml', bytes: new TextEncoder().encode(user) }])
  expect((await standard.post(path, zip, { 'content-type': 'application/zip' })).each('data.attributes.rules', 'change')).toEqual([
    'unchanged',
  ])
})

test.each([
  ['nothing that can be imported', bad, 'detection.selection.A|fieldref: compares'],
  ['deep nesting', 'a: '.concat('['.repeat(5000)), 'nests deeper'],
  ['an alias bomb', `a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]`, 'has an anchor'],
  ['a tag', 'a: !!js/function "x"', 'has a tag'],
  ['1,000 documents', '---\na: 1\n'.repeat(1000), 'more than 500 documents'],
  ['__proto__', '__proto__: { admin: true }', 'must have a title'],
  ['nothing', '', 'holds no rule'],
])('%s: 400', async (_, text, detail) => {
  const { standard, reported } = await startDaemon()
  const answer = await standard.post(path, text, yaml)
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(detail)])
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
  expect(reported).toEqual([])
})

test('a daemon of its own process, and the command line', { timeout: 180_000 }, async () => {
  const daemon = await startChild(temporary())
  const folder = temporary()
  mkdirSync(join(folder, 'rules', 'deep'), { recursive: true })
  writeFileSync(join(folder, 'rules', 'deep', 'user.yml'), user)
  writeFileSync(join(folder, 'rules', 'bad.yml'), bad)
  writeFileSync(join(folder, 'rules.zip'), writeZip([{ name: 'user.yml', bytes: new TextEncoder().encode(user) }]))
  const env = { SIGNALBOX_URL: daemon.url }
  const run = (...args: string[]) => runCommand(['rules', 'import', ...args], { env })

  const dry = await run('--dry-run', join(folder, 'rules'))
  expect(dry).toMatchObject({
    code: 1,
    out: expect.stringMatching(/bad\.yml:\d+ +would be refused /),
    err: expect.stringContaining('2 rules: 1 would be created, 1 would be refused. Nothing was written.'),
  })
  const made = await run(join(folder, 'rules'))
  expect(made).toMatchObject({
    code: 1,
    out: expect.stringMatching(/bad\.yml:\d+ +refused +detection\.selection\.A\|fieldref: compares/),
    err: expect.stringContaining('2 rules: 1 created, 1 refused.'),
  })
  expect(await run(join(folder, 'rules.zip'))).toMatchObject({ code: 0, err: expect.stringContaining('1 rule: 1 unchanged.') })
  const json = await run('--json', join(folder, 'rules', 'deep', 'user.yml'))
  expect(JSON.parse(json.out)).toMatchObject({
    data: [{ file: expect.stringContaining('user.yml'), outcome: 'imported', change: 'unchanged' }],
  })

  // what ends a process that parses it ends none of ours
  const bomb = await daemon.admin.post(path, `a: ${'['.repeat(5000)}`, yaml)
  expect(bomb.status).toBe(400)
  expect((await daemon.admin.get('/health')).status).toBe(200)
})
