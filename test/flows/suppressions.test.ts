import { describe, expect, test } from 'vitest'
import { at } from '../caller.ts'
import { startChild, stop, temporary } from '../child.ts'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { until } from '../until.ts'

const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, standard, readOnly, intake, core, clock } = daemon
const base = '/api/v2/security_monitoring/configuration/suppressions'
const text = { 'content-type': 'text/plain' }
const body = (attributes: object) => ({ data: { type: 'suppressions', attributes } })
const ours = {
  name: 'Our scanner',
  enabled: true,
  rule_query: 'source:sshd',
  suppression_query: '@network.client.ip:198.51.100.1',
  reason: 'It looks for weak passwords every night',
}
const rule = (await core.rules())[0]!
const send = async (lines: string) => {
  await intake.post('/api/v2/logs', lines, text)
  await core.caughtUp()
}
const shown = async () => (await admin.get('/api/v2/security_monitoring/signals?page[limit]=100')).at('data') as { id: string }[]
const make = async (attributes: object) => String((await standard.post(base, body(attributes))).at('data.id'))
const remove = async (id: string) => expect((await standard.delete(`${base}/${id}`)).status).toBe(204)

describe('a suppression', () => {
  test('is made, read, changed, listed and deleted, each with an audit event', async () => {
    const made = await standard.post(base, body(ours))
    expect([made.status, made.json]).toEqual([
      200,
      {
        data: {
          id: expect.any(String),
          type: 'suppressions',
          attributes: {
            ...ours,
            description: '',
            tags: [],
            version: 1,
            editable: true,
            creation_date: clock.now,
            update_date: clock.now,
            creator: { handle: 'stan@example.com', name: 'stan' },
            updater: { handle: 'stan@example.com', name: 'stan' },
            x_local: { hidden: { signals: 0, logs: 0, last: null } },
          },
        },
      },
    ])
    const id = String(made.at('data.id'))
    expect((await readOnly.get(`${base}/${id}`)).json).toEqual(made.json)
    const changed = await admin.patch(`${base}/${id}`, body({ expiration_date: noon + 1000, version: 1 }))
    expect(changed.at('data.attributes')).toMatchObject({
      version: 2,
      expiration_date: noon + 1000,
      creator: { name: 'stan' },
      updater: { name: 'ada' },
    })
    for (const version of [1, 3]) expect((await standard.patch(`${base}/${id}`, body({ enabled: false, version }))).status).toBe(409)
    const open = await standard.patch(`${base}/${id}`, body({ expiration_date: null }))
    expect(open.at('data.attributes.expiration_date')).toBeUndefined()
    // what was read may be sent back
    expect((await standard.patch(`${base}/${id}`, { data: open.at('data') })).status).toBe(200)
    const history = await standard.get(`${base}/${id}/version_history?page[size]=2`)
    expect(history.at('data.attributes.count')).toBe(4)
    expect(Object.keys(history.at('data.attributes.data') as object)).toEqual(['3', '4'])
    expect(history.at('data.attributes.data.3.changes')).toEqual([
      { field: 'expiration_date', type: 'update', change: 'null', x_local: { before: String(noon + 1000) } },
    ])
    await remove(id)
    for (const answer of [await standard.get(`${base}/${id}`), await standard.delete(`${base}/${id}`)])
      expect([answer.status, answer.at('errors.0')]).toEqual([404, `not_found(Suppression with id '${id}' not found)`])
    const audit = await admin.get('/api/v2/audit/events?filter[query]=@asset.type:security_suppression&page[limit]=50')
    expect(audit.each('data', 'attributes.attributes.action')).toEqual(['deleted', 'modified', 'modified', 'modified', 'created'])
  })
  test.each<[what: string, change: object, field: string]>([
    ['a query that cannot be read', { suppression_query: 'status:(' }, 'suppression_query'],
    ['a rule query that cannot be read', { rule_query: 'a OR' }, 'rule_query'],
    ['no rules', { rule_query: ' ' }, 'rule_query'],
    ['nothing to hide', { suppression_query: '' }, 'suppression_query'],
    ['an end before its start', { start_date: 2, expiration_date: 2 }, 'expiration_date'],
    ['an unknown attribute', { colour: 'red' }, 'colour'],
    ['a text for a time', { start_date: 'now' }, 'start_date'],
    ['no name', { name: '' }, 'name'],
    ['a query of 8,193 characters', { suppression_query: 'a'.repeat(8193) }, 'suppression_query'],
  ])('%s → 400 that names the field, made, validated and changed', async (_, change, field) => {
    const id = await make(ours)
    const wrong = body({ ...ours, ...change })
    for (const answer of [
      await standard.post(base, wrong),
      await standard.post(`${base}/validation`, wrong),
      await standard.patch(`${base}/${id}`, body(change)),
    ]) {
      expect(answer.status).toBe(400)
      expect(answer.at('errors.0')).toContain(`Field 'data.attributes.${field}'`)
    }
    await remove(id)
  })
  test('needs its permission', async () => {
    expect((await readOnly.post(base, body(ours))).status).toBe(403)
    expect((await intake.get(base)).status).toBe(403)
    expect((await standard.post(`${base}/validation`, body(ours))).status).toBe(204)
  })
  test('is found by its name and by the rules that it is about', async () => {
    const id = await make(ours)
    const other = await make({ ...ours, name: 'Another', rule_query: 'ruleId:other' })
    expect((await standard.get(`${base}?query=SCANNER`)).each('data', 'id')).toEqual([id])
    expect((await standard.get(`${base}?sort=name&page[size]=1`)).each('data', 'id')).toEqual([other])
    expect((await standard.get(`${base}?sort=name&page[size]=1&page[number]=1`)).json).toMatchObject({
      data: [{ id }],
      meta: { page: { totalCount: 2, pageSize: 1, pageNumber: 1 } },
    })
    expect((await standard.get(`${base}/rules/${rule.id}`)).each('data', 'id')).toEqual([id])
    expect((await standard.post(`${base}/rules`, bruteForce)).each('data', 'id')).toEqual([id])
    expect((await standard.get(`${base}/rules/none`)).status).toBe(404)
    await remove(id)
    await remove(other)
  })
})

test('hides signals from its making to its end, by the time of the event, and says what it hid', async () => {
  const until = noon + 3_600_000
  const id = await make({ ...ours, expiration_date: until })
  const early = clock.now
  await send([guesses(noon, '198.51.100.1', 7), guesses(noon, '198.51.100.2', 7)].join('\n'))
  expect(await shown()).toHaveLength(1)
  const hidden = await readOnly.get(`/api/local/suppressions/${id}/hidden`)
  expect(hidden.json).toMatchObject({
    data: [
      {
        type: 'signal',
        attributes: {
          title: 'Brute force - many',
          severity: 'high',
          rule: { id: rule.id, name: 'Brute force' },
          group: { '@network.client.ip': '198.51.100.1' },
          events_matched: 7,
          samples: [{ message: expect.stringContaining('Failed password') }, {}, {}],
        },
      },
    ],
    meta: { signals: 1, logs: 0, last: noon + 6000 },
  })
  expect((await standard.get(`${base}/${id}`)).at('data.attributes.x_local.hidden')).toEqual({ signals: 1, logs: 0, last: noon + 6000 })
  // its end goes by the event: what arrives before it but happens after it shows, whatever the clock says
  clock.now = early
  await send(guesses(until, '198.51.100.1', 7))
  expect(await shown()).toHaveLength(1)
  clock.now = until + 60_000
  await send(guesses(until + 60_000, '198.51.100.1', 7))
  const all = await shown()
  expect(all).toHaveLength(2)
  await remove(id)
})

test('leaves logs out before rules see them, and counts them', async () => {
  const id = await make({ ...ours, suppression_query: '', data_exclusion_query: '@network.client.ip:198.51.100.3' })
  await send(guesses(clock.now - 20_000, '198.51.100.3', 7))
  expect(await shown()).toHaveLength(2)
  expect((await standard.get(`/api/local/suppressions/${id}/hidden`)).json).toMatchObject({
    data: Array.from({ length: 7 }, () => ({ type: 'log', attributes: { rule: { id: rule.id }, log: { service: 'sshd' } } })),
    meta: { signals: 0, logs: 7 },
  })
  const ofRule = (await standard.get(`/api/local/rules/${rule.id}/hidden`)).json as {
    data: { type: string; attributes: { suppression: object } }[]
    meta: object
  }
  expect(ofRule.meta).toMatchObject({ signals: 1, logs: 7 })
  // each says what hid it: a suppression that is gone by now, and this one
  expect(ofRule.data.map(({ type, attributes: { suppression } }) => [type, suppression])).toEqual([
    ['signal', { id: expect.not.stringContaining(id), name: ours.name, deleted: true }],
    ...Array.from({ length: 7 }, () => ['log', { id, name: ours.name, deleted: false }]),
  ])
  await remove(id)
  // gone, it hides no more; what it hid of the rule is still told
  await send(guesses(clock.now - 10_000, '198.51.100.3', 7))
  expect(await shown()).toHaveLength(3)
})

describe('a preview', () => {
  const preview = (attributes: object) => standard.post('/api/local/suppressions/preview', body(attributes))
  test('says which signals of the last 30 days it would have hidden', async () => {
    const answer = await preview({ ...ours, suppression_query: '@network.client.ip:198.51.100.*', start_date: noon * 2 })
    expect(answer.at('meta')).toEqual({
      from: clock.now - 30 * 24 * 3_600_000,
      to: clock.now,
      rules: 1,
      signals: { count: 3, estimated: false, by_rule: [{ id: rule.id, name: 'Brute force', count: 3 }] },
      logs: null,
      cut: false,
    })
    expect(answer.each('data', 'id')).toEqual((await shown()).map(({ id }) => id))
  })
  test('and which logs rules would not have seen', async () => {
    const answer = await preview({ ...ours, suppression_query: '', data_exclusion_query: '@network.client.ip:198.51.100.2' })
    expect(answer.at('meta')).toMatchObject({
      signals: { count: 1, estimated: false },
      logs: { count: 7, by_rule: [{ id: rule.id, count: 7 }] },
    })
  })
  test.each([
    ['of a rule that there is not', { rule_query: 'ruleId:none' }],
    ['of an address that nobody used', { suppression_query: '@network.client.ip:192.0.2.1' }],
  ])('nothing %s', async (_, change) => {
    expect((await preview({ ...ours, ...change })).at('meta.signals.count')).toBe(0)
  })
  test('of what was 31 days ago: nothing; and it makes no suppression', async () => {
    const now = clock.now
    clock.now += 31 * 24 * 3_600_000
    expect((await preview({ ...ours, suppression_query: '*' })).at('meta.signals.count')).toBe(0)
    clock.now = now
    expect((await standard.get(base)).at('data')).toEqual([])
  })
  test('400 for one that is not good', async () => {
    expect((await preview({ ...ours, rule_query: 'a OR' })).at('errors.0.source.pointer')).toBe('data.attributes.rule_query')
  })
})

/** Commits of what detection remembers may be ten seconds apart. */
const patience = 30_000
test('killed and started again: what is hidden stays hidden and is counted once, and shows whole once nothing hides it', {
  timeout: 120_000,
}, async () => {
  const dir = temporary()
  let child = await startChild(dir)
  const made = await child.admin.post(base, body({ ...ours, rule_query: 'ruleId:default-ssh-brute-force' }))
  const id = String(made.at('data.id'))
  const post = async (lines: string) => expect((await child.admin.post('/api/v2/logs', lines, text)).status).toBe(202)
  const hidden = async () => (await child.admin.get(`/api/local/suppressions/${id}/hidden`)).json
  const matched = async () =>
    (await child.admin.get('/api/v2/security_monitoring/signals?filter[query]=@network.client.ip:198.51.100.1')).each(
      'data',
      'attributes.custom.events_matched',
    )
  await post(guesses(noon, '198.51.100.1', 20))
  await until(async () => at(await hidden(), 'meta.signals') === 1, patience)
  child.kill('SIGKILL')
  await child.ended
  child = await startChild(dir)
  await post(guesses(noon + 30_000, '198.51.100.1', 3))
  await until(async () => at(await hidden(), 'data.0.attributes.events_matched') === 23, patience)
  expect([at(await hidden(), 'meta'), await matched()]).toEqual([{ signals: 1, logs: 0, last: noon + 32_000 }, []])
  await child.admin.patch(`${base}/${id}`, body({ enabled: false }))
  await post(guesses(noon + 40_000, '198.51.100.1', 1))
  await until(async () => (await matched()).length > 0, patience)
  expect(await matched()).toEqual([24])
  expect(await stop(child)).toBe(0)
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
