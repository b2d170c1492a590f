import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { callCommand } from '../command.ts'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, failed, guesses } from '../logs.ts'

// The commands that try rules, against a daemon on a port.
const daemon = await startDaemon({ port: true })
const dir = mkdtempSync(join(tmpdir(), 'signalbox-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const env = {
  SIGNALBOX_DATA: dir,
  SIGNALBOX_URL: daemon.url,
  SIGNALBOX_API_KEY: daemon.apiKey,
  SIGNALBOX_APP_KEY: daemon.admin.key.secret,
}
const call = (...args: string[]) => callCommand(args, { env })
const tests = [{ name: 'six guesses', logs: [{ log: failed(noon, '198.51.100.7'), times: 6, every: 1 }], signals: [{ status: 'high' }] }]
const file = join(dir, 'rule.json')
writeFileSync(file, JSON.stringify({ ...bruteForce, tests }))
const ruleId = async () => (await daemon.core.rules())[0]!.id

test('rules import keeps the tests, and rules test runs them: by id, or all there are', async () => {
  expect((await call('rules', 'import', file)).code).toBe(0)
  const id = await ruleId()
  expect((await call('rules', 'import', file)).out).toContain(`unchanged ${id}`)
  for (const args of [[id], [], [id, file]]) {
    const { code, out, err } = await call('rules', 'test', ...args)
    expect([code, err]).toEqual([0, `${args.length === 2 ? '2 tests' : '1 test'} run.\n`])
    expect(out).toContain(id)
  }
})
test('one that fails: exit code 1, what was expected and what came, and all of it as JSON', async () => {
  const id = await ruleId()
  await daemon.admin.put(`/api/v2/security_monitoring/rules/${id}`, { cases: [{ status: 'low', condition: 'failures > 5' }] })
  const { code, err } = await call('rules', 'test', id)
  expect([code, err]).toEqual([1, `${id}, “six guesses”: expected high, got low for 198.51.100.7\n1 test run.\n`])
  const json = JSON.parse((await call('rules', 'test', id, '--json')).out) as unknown
  expect(json).toMatchObject({ data: [{ file: id, ok: false, tests: [{ missing: ['high'], unexpected: ['low for 198.51.100.7'] }] }] })
})
test.each([
  ['no such rule', ['rules', 'test', 'nope'], 'Threat detection rule not found'],
  ['no such file', ['rules', 'test', './nope.json'], 'there is no such file'],
  ['no such rule to back-test', ['rules', 'backtest', 'nope'], 'Threat detection rule not found'],
])('%s → a sentence and exit code 1', async (_, args, expected) => {
  const { code, err } = await call(...args)
  expect(code).toBe(1)
  expect(err).toContain(expected)
})

test('rules backtest: a file, and a rule by its id', async () => {
  await daemon.intake.post(
    '/api/v2/logs',
    [guesses(noon - 3_600_000, '198.51.100.8', 8), guesses(noon - 60_000, '198.51.100.9', 9)].join('\n'),
    {
      'content-type': 'text/plain',
    },
  )
  const { code, out, err } = await call('rules', 'backtest', file)
  expect([code, err]).toEqual([0, '2 signals of 17 logs.\n'])
  expect(out).toMatch(/high +198\.51\.100\.8 +8 +Brute force - many\n.*high +198\.51\.100\.9 +9 /)
  expect((await call('rules', 'backtest', await ruleId(), '--from', 'now-2m', '--limit', '0')).err).toBe(
    '1 signal of 9 logs, the first 0 shown.\n',
  )
  expect(JSON.parse((await call('rules', 'backtest', file, '--json')).out)).toMatchObject({ meta: { signals: 2, cut: null } })
})
test('rules backtest of a rule that is not good: where', async () => {
  const bad = join(dir, 'bad.json')
  writeFileSync(bad, JSON.stringify({ ...bruteForce, queries: [{ name: 'failures', query: 'x:(a' }] }))
  const { code, err } = await call('rules', 'backtest', bad)
  expect(code).toBe(1)
  expect(err).toContain('queries.0.query')
  expect(err).toContain('x:(a\n    ^'.slice(0, 4))
})

test('rules validate and import: what is wrong with one file keeps none from being looked at, and a dry run writes nothing', async () => {
  const at = (name: string, text: string) => {
    writeFileSync(join(dir, name), text)
    return join(dir, name)
  }
  const [broken, wrong, good] = [
    at('broken.json', '{\n"name": }'),
    at('wrong.json', JSON.stringify({ ...bruteForce, queries: [] })),
    at('good.json', JSON.stringify({ ...bruteForce, name: 'Another' })),
  ]
  const files = [broken, wrong, join(dir, 'none.json'), good]
  for (const command of ['validate', 'import']) {
    const { code, out, err } = await call('rules', command, ...files)
    expect([code, out]).toEqual([1, expect.stringMatching(/good\.json +is good/)])
    for (const part of ['broken.json:2:9: ', 'wrong.json: queries', 'none.json: there is no such file']) expect(err).toContain(part)
  }
  const before = await daemon.core.rules()
  const dry = await call('rules', 'import', '--dry-run', good, file)
  expect(dry).toMatchObject({ code: 0, err: 'Nothing was written.\n' })
  expect(dry.out).toMatch(/good\.json +would be created\n.*rule\.json +would be updated /)
  expect(await daemon.core.rules()).toEqual(before)
})
