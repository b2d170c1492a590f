import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { system } from '../../daemon/lib/actor.ts'
import { startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'

// blocking, extending, lifting, and who is stronger
const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, standard, readOnly, intake, core, clock, events } = daemon
const base = '/api/local/denylist'
const filters = '/api/v2/remote_config/products/asm/waf/exclusion_filters'

let next = 1
/** An address of the internet that nobody has used before. */
const address = () => `93.184.${Math.floor(next / 250)}.${(next++ % 250) + 1}`
const body = (attributes: object) => ({ data: { attributes } })
const block = (value: string, more: object = {}, who = admin) =>
  who.post(base, body({ kind: 'ip', value, duration: '1h', reason: 'brute force', ...more }))
const list = async (query = '') => (await admin.get(`${base}?page[size]=100${query}`)).each('data', 'attributes.value')
const audited = async (id: string) =>
  (await admin.get(`/api/v2/audit/events?filter[query]=@asset.id:${id}&sort=timestamp&page[limit]=100`)).each('data', 'attributes.message')
const pass = (ip_list: string[], more: object = {}) =>
  admin.post(filters, { data: { type: 'exclusion_filter', attributes: { description: 'our office', enabled: true, ip_list, ...more } } })

beforeEach(() => {
  clock.now += 60_000
  events.length = 0
})

test('an address for an hour → in force, told, in the audit trail; after the hour it has ended, once', async () => {
  const ip = address()
  const made = await block(ip)
  expect(made.status).toBe(201)
  expect(made.at('data.attributes')).toMatchObject({ kind: 'ip', value: ip, state: 'active', until: clock.now + 3_600_000, version: 1 })
  expect(events).toContainEqual({ type: 'denylist' })
  expect(await list()).toContain(ip)
  clock.now += 3_600_000
  expect(await list()).not.toContain(ip)
  expect((await list('&filter[state]=ended'))[0]).toBe(ip)
  expect(await audited(String(made.at('data.id')))).toEqual([`blocked ip ${ip} for 1 h`, `the time has come for the block of ip ${ip}`])
  // a clock that goes back brings nothing back
  clock.now -= 1_800_000
  expect(await list()).not.toContain(ip)
})

test('written in another form, and with host bits → in its one form; what is blocked for longer is answered, not doubled', async () => {
  const v6 = await block('2A00:1450:0:0::BAD')
  expect(v6.at('data.attributes.value')).toBe('2a00:1450::bad')
  const again = await block('2a00:1450::bad', { duration: '30m' })
  expect(again.at('data.id')).toBe(v6.at('data.id'))
  expect((await block('93.185.7.9/24')).at('data.attributes.value')).toBe('93.185.7.0/24')
  expect((await admin.post(base, body({ kind: 'user', value: ' mallory ', duration: 'permanent' }))).at('data.attributes')).toMatchObject({
    value: 'mallory',
    until: null,
  })
})

test('extended, then lifted with a reason → a new end, then none; lifted again → 409 that says who did', async () => {
  const ip = address()
  const id = String((await block(ip)).at('data.id'))
  const longer = await admin.patch(`${base}/${id}`, body({ duration: '1d', version: 1 }))
  expect(longer.at('data.attributes')).toMatchObject({ until: clock.now + 86_400_000, version: 2 })
  expect((await admin.patch(`${base}/${id}`, body({ duration: '1w', version: 1 }))).status).toBe(409)
  const lifted = await admin.delete(`${base}/${id}?reason=a%20customer`)
  expect(lifted.at('data.attributes.ended')).toMatchObject({ how: 'lifted', reason: 'a customer' })
  const twice = await admin.delete(`${base}/${id}`)
  expect([twice.status, twice.at('errors.0.code')]).toEqual([409, 'ended'])
  expect(await audited(id)).toHaveLength(3)
})

test('lifted while a wider range and an entry of the same value stand → both are named, the narrowest first; all lifted → none', async () => {
  const ip = '93.190.7.9'
  const idOf = async (value: string, more: object = {}) => String((await block(value, { confirm: value, ...more })).at('data.id'))
  const short = await idOf(ip, { duration: '10m' })
  const long = await idOf(ip, { duration: '1d' })
  const range = await idOf('93.190.7.0/24')
  const wider = await idOf('93.190.0.0/16')
  const others = (answer: { each(...path: string[]): unknown[] }) => answer.each('meta.also_blocked_by', 'id')
  expect(others(await admin.get(`${base}/${range}`))).toEqual([wider])
  expect(others(await admin.delete(`${base}/${short}`))).toEqual([long, range, wider])
  expect(others(await admin.delete(`${base}/${long}`))).toEqual([range, wider])
  expect(others(await admin.delete(`${base}/${range}`))).toEqual([wider])
  expect(others(await admin.delete(`${base}/${wider}`))).toEqual([])
})

test.each([
  ['10.1.2.3', 'not_public'],
  ['127.0.0.1', 'your_address'],
  ['8.8.0.0/13', 'wide_range'],
  ['fe80::1', 'not_public'],
  ['0.0.0.0', 'not_public'],
])('%s → 409 %s; with the value typed again it is blocked', async (value, code) => {
  const refused = await block(value)
  expect([refused.status, refused.at('errors.0.code')]).toEqual([409, 'guarded'])
  const { objections } = (await admin.post(`${base}/preview`, { kind: 'ip', value })).json as { objections: { code: string }[] }
  if (code !== 'your_address') expect(objections.map(({ code }) => code)).toContain(code)
  expect((await block(value, { confirm: 'yes' })).status).toBe(409)
  expect((await block(value, { confirm: value })).status).toBe(201)
})

test.each([
  ['ada@example.com', 'your_account'],
  ['stan@example.com', 'service_account'],
  ['RHEA', 'service_account'],
  ['kim', 'colleague'],
  ['*', 'anybody'],
  ['null', 'anybody'],
])('the user %s → 409 %s, and left out of several; typed again it is blocked', async (value, code) => {
  const { access } = daemon.daemon
  if (![...access.users().values()].some(({ name }) => name === 'kim'))
    await access.createUser({ actor: system }, { handle: 'kim@example.com', email: 'kim@example.com', name: 'kim', roles: [] })
  const user = (more: object = {}) => admin.post(base, body({ kind: 'user', value, duration: '1h', ...more }))
  const preview = await admin.post(`${base}/preview`, { kind: 'user', value })
  expect(preview.at('objections')).toMatchObject([{ code }])
  const refused = await user()
  expect([refused.status, refused.at('errors.0.code'), refused.at('errors.0.detail')]).toEqual([
    409,
    'guarded',
    preview.at('objections.0.message'),
  ])
  const several = await admin.post(`${base}/bulk`, body({ entries: [{ kind: 'user', value }], duration: '1h' }))
  expect(several.at('meta.refused')).toMatchObject([{ kind: 'user', value, code }])
  expect((await user({ confirm: 'yes' })).status).toBe(409)
  const done = await user({ confirm: value })
  expect(done.status).toBe(201)
  await admin.delete(`${base}/${done.at('data.id')}`)
})

test('the user kim, whose account is disabled → no colleague any more; with two to agree, a name that may be anybody waits', async () => {
  const { access } = daemon.daemon
  const kim = [...access.users().values()].find(({ name }) => name === 'kim')!
  await access.updateUser({ actor: system }, kim.uuid, { disabled: true })
  const blocked = await admin.post(base, body({ kind: 'user', value: 'kim', duration: '1h' }))
  expect([blocked.status, blocked.at('data.attributes.state')]).toEqual([201, 'active'])
  await admin.patch('/api/local/settings', body({ respond: { approval: { wide: true } } }))
  const waits = await admin.post(base, body({ kind: 'user', value: 'adm*', duration: '1h', confirm: 'adm*' }))
  expect([waits.status, waits.at('data.attributes.state')]).toEqual([201, 'waiting'])
  await admin.patch('/api/local/settings', body({ respond: { approval: { wide: false } } }))
})

test.each([
  ['0.0.0.0/0', 409],
  ['::/0', 409],
  ['2000::/3', 409],
  ['13.0.0.0/7', 409],
  ['nobody', 400],
  ['1.2.3', 400],
  ['1.2.3.4-1.2.3.9', 400],
])('%s, confirmed or not → %i', async (value, status) => {
  expect((await block(value, { confirm: value })).status).toBe(status)
})

test.each([['5'], ['0s'], ['-1h'], ['11y'], ['forever']])('for %s → 400 that names the duration', async duration => {
  const refused = await block(address(), { duration })
  expect([refused.status, refused.at('errors.0.source.pointer')]).toEqual([400, 'data.attributes.duration'])
})

test.each([
  ['15m', 900_000],
  ['30m', 1_800_000],
  ['1h', 3_600_000],
  ['12h', 43_200_000],
  ['1d', 86_400_000],
  ['1w', 604_800_000],
  ['1h45m', 6_300_000],
  ['permanent', null],
])('blocked for %s → %s ms, as a user too', async (duration, ms) => {
  const until = ms === null ? null : clock.now + ms
  for (const about of [{}, { kind: 'user', value: `mallory-${duration}` }]) {
    const made = await block(address(), { duration, ...about })
    expect([made.status, made.at('data.attributes')]).toMatchObject([201, { duration_ms: ms, until, state: 'active' }])
    await admin.delete(`${base}/${made.at('data.id')}`)
  }
})

test('extended, agreed to or lifted after its time → 409 that says it has expired, and one line in the trail', async () => {
  const id = String((await block(address(), { duration: '15m' })).at('data.id'))
  clock.now += 900_000
  const all = [
    await admin.patch(`${base}/${id}`, body({ duration: '1h' })),
    await admin.post(`${base}/${id}/approve`),
    await admin.delete(`${base}/${id}`),
  ]
  for (const { status, text } of all) expect([status, text]).toEqual([409, expect.stringContaining('expired')])
  expect(await audited(id)).toHaveLength(2)
})

test('a dry run → the entry as it would be, and nothing is blocked or told', async () => {
  const ip = address()
  expect((await admin.post(`${base}?dry_run=true`, body({ kind: 'ip', value: ip, duration: '1h' }))).status).toBe(201)
  expect(await list()).not.toContain(ip)
  expect(events).toEqual([])
})

test('the same Idempotency-Key twice → one entry', async () => {
  const ip = address()
  const ask = () => admin.post(base, body({ kind: 'ip', value: ip, duration: '1h' }), { 'idempotency-key': `block-${ip}` })
  const [first, second] = [await ask(), await ask()]
  expect(second.at('data.id')).toBe(first.at('data.id'))
  expect((await list()).filter(value => value === ip)).toHaveLength(1)
})

test.each([
  ['0.0.0.0/0'],
  ['::/0'],
  ['12.0.0.0/7'],
  ['10.0.0.0/7'],
  ['93.192.0.0/10'],
  ['2a00:1400::/24'],
])('%s on the passlist → 400 that names it; a dry run says what to type, and which blocks end; typed again → on it', async range => {
  const v4 = range.includes('.')
  const ip = range.startsWith('93') ? '93.192.0.7' : v4 ? '12.1.1.7' : '2a00:1400::7'
  await block(ip)
  const isHit = !range.startsWith('10.')
  const refused = await pass(['93.191.1.1', range])
  expect(refused.status).toBe(400)
  expect(refused.at('errors.0')).toMatch(/data\.attributes\.ip_list\.1' is invalid: .*send .* in x_local\.confirm/)
  expect((await pass([range], { x_local: { confirm: ['8.8.8.8'] } })).status).toBe(400)
  const dry = await admin.post(`${filters}?dry_run=true`, {
    data: { type: 'exclusion_filter', attributes: { description: 'all', enabled: true, ip_list: [range] } },
  })
  expect(dry.at('data.attributes.x_local')).toMatchObject({
    lifted: isHit ? expect.arrayContaining([expect.objectContaining({ value: ip })]) : [],
    objections: [{ value: range, message: expect.stringContaining(range) }],
  })
  expect(Number(dry.at('data.attributes.x_local.lifted_count'))).toBe(dry.each('data.attributes.x_local.lifted', 'id').length)
  expect(await list()).toContain(ip)
  const done = await pass([range], { x_local: { confirm: [range] } })
  expect([done.status, done.at('data.attributes.x_local.objections')]).toEqual([200, undefined])
  expect((await list()).includes(ip)).toBe(!isHit)
  for (const one of (await admin.get(filters)).each('data', 'id')) await admin.delete(`${filters}/${one}`)
})

test.each([
  [{ path_glob: '*' }, '*'],
  [{ path_glob: '/**' }, '/**'],
  [{ path_glob: '*', ip_list: ['93.128.0.0/9'] }, '93.128.0.0/9'],
])('%j, which is everything → 400 unless %s is typed', async (attributes, typed) => {
  const put = (more: object = {}) =>
    admin.post(filters, { data: { type: 'exclusion_filter', attributes: { description: 'x', enabled: true, ...attributes, ...more } } })
  expect((await put()).at('errors.0')).toContain(`send ${typed} in x_local.confirm`)
  const done = await put({ x_local: { confirm: [typed] } })
  expect(done.status).toBe(200)
  await admin.delete(`${filters}/${done.at('data.id')}`)
})

test.each([
  [{ ip_list: ['10.0.0.0/8', 'fd00::/16'] }],
  [{ path_glob: '/health*' }],
  [{ path_glob: '*', scope: [{ service: 'web' }] }],
])('%j on the passlist → nothing to type', async attributes => {
  const done = await admin.post(filters, {
    data: { type: 'exclusion_filter', attributes: { description: 'x', enabled: true, ...attributes } },
  })
  expect(done.status).toBe(200)
  await admin.delete(`${filters}/${done.at('data.id')}`)
})

test('a filter widened → 400; the rest of one that was confirmed changed → not asked again; trusted, then let go unseen → asked', async () => {
  const range = '93.192.0.0/10'
  const made = await pass(['93.191.1.1'])
  const change = (ip_list: string[], more: object = {}) =>
    admin.put(`${filters}/${made.at('data.id')}`, {
      data: { type: 'exclusion_filter', attributes: { description: 'ours', enabled: true, ip_list, ...more } },
    })
  expect((await change([range])).status).toBe(400)
  expect((await change([range], { enabled: false })).status).toBe(200)
  expect((await change([range])).status).toBe(400)
  expect((await change([range], { on_match: 'monitor', x_local: { confirm: [range] } })).status).toBe(200)
  expect((await change([range], { on_match: 'monitor', description: 'still ours' })).status).toBe(200)
  expect((await change([range])).status).toBe(400)
  expect((await change([range], { x_local: { confirm: [range] } })).status).toBe(200)
  expect((await change([range], { path_glob: '/health' })).status).toBe(200)
  expect((await change([range])).status).toBe(400)
  await admin.delete(`${filters}/${made.at('data.id')}`)
})

test('put on the passlist → the block of the address and that of its range are lifted, and new ones refused whatever is typed', async () => {
  const range = '93.186.1.0/24'
  await block('93.186.1.7')
  await block(range)
  await block('93.186.2.7')
  const filter = await pass(['93.186.1.7'])
  expect(filter.at('data.attributes.x_local.lifted')).toHaveLength(2)
  expect(await list()).not.toEqual(expect.arrayContaining(['93.186.1.7']))
  expect(await list()).not.toContain(range)
  expect(await list()).toContain('93.186.2.7')
  const refused = await block(range, { confirm: range })
  expect([refused.status, refused.at('errors.0.code')]).toEqual([409, 'passlisted'])
  expect(refused.at('errors.0.title')).toContain('on the passlist (“our office”)')
  expect(refused.at('errors.0.detail')).toContain('holds 93.186.1.7, which is on the passlist')
  await admin.delete(`${filters}/${filter.at('data.id')}`)
  expect((await block(range)).status).toBe(201)
})

test('within what is on the passlist → refused, and the detail says that it lies in that', async () => {
  await pass(['93.194.0.0/16'], { x_local: { confirm: ['93.194.0.0/16'] } })
  expect((await block('93.194.2.64/26')).at('errors.0.detail')).toContain('lies in 93.194.0.0/16, which is on the passlist')
})

test.each([
  [{ enabled: false }],
  [{ path_glob: '/admin/*' }],
  [{ scope: [{ env: 'prod' }] }],
])('a filter %j → lifts nothing, for it does not speak for all that the address does', async more => {
  const ip = address()
  await block(ip)
  const filter = await pass([ip], more)
  expect(filter.at('data.attributes.x_local.lifted')).toEqual([])
  expect(await list()).toContain(ip)
})

test('trusted until tomorrow → no block; the day after it may be blocked', async () => {
  const ip = address()
  await pass([ip], { on_match: 'monitor', x_local: { expires_at: 'now+1d', reason: 'pen test' } })
  expect((await block(ip)).at('errors.0.title')).toContain('trusted')
  clock.now += 86_400_000
  expect((await block(ip)).status).toBe(201)
})

test('several of a signal, one of them passlisted, one private → the others are blocked, and each of the rest has its reason', async () => {
  const [first, second, office] = [address(), address(), address()]
  await pass([office])
  const ip = address()
  await intake.post('/api/v2/logs', guesses(clock.now - 60_000, ip, 7), { 'content-type': 'text/plain' })
  await core.caughtUp()
  const signal = String((await standard.get(`/api/v2/security_monitoring/signals?filter[query]=@network.client.ip:${ip}`)).at('data.0.id'))
  const entries = [first, office, '192.168.1.1', second].map(value => ({ kind: 'ip', value }))
  const done = await admin.post(`${base}/bulk`, body({ entries, duration: '15m', reason: 'one campaign', signal_id: signal }))
  expect(done.each('data', 'attributes.value')).toEqual([first, second])
  expect(done.each('meta.refused', 'code').sort()).toEqual(['not_public', 'passlisted'])
  expect(done.each('data', 'attributes.signal_id')).toEqual([signal, signal])
  expect((await block(address(), { signal_id: 'none' })).at('errors.0.source.pointer')).toBe('data.attributes.signal_id')
})

test('a permanent block where two have to agree → waits; not by who asked; by another it comes into force', async () => {
  await admin.patch('/api/local/settings', body({ respond: { approval: { permanent: true } } }))
  const second = await daemon.as('Admin', 'second')
  const ip = address()
  const asked = await block(ip, { duration: 'permanent' })
  const id = String(asked.at('data.id'))
  expect(asked.at('data.attributes.state')).toBe('waiting')
  expect((await admin.post(`${base}/${id}/approve`)).status).toBe(403)
  expect((await second.post(`${base}/${id}/approve`)).at('data.attributes')).toMatchObject({
    state: 'active',
    approved_by: { handle: 'second@example.com' },
  })
  expect((await second.post(`${base}/${id}/approve`)).status).toBe(409)
  await admin.patch('/api/local/settings', body({ respond: { approval: { permanent: false } } }))
})

test('made permanent, or longer than a year, where two have to agree → in force as before, and a second entry waits', async () => {
  const second = await daemon.as('Admin', 'second')
  const ip = address()
  const id = String((await block(ip)).at('data.id'))
  const { until } = (await admin.get(`${base}/${id}`)).at('data.attributes') as { until: number }
  await admin.patch('/api/local/settings', body({ respond: { approval: { permanent: true } } }))
  const longer = await admin.patch(`${base}/${id}`, body({ duration: 'permanent' }))
  expect([longer.status, longer.at('data.attributes.state'), longer.at('data.attributes.value')]).toEqual([200, 'waiting', ip])
  const asked = String(longer.at('data.id'))
  expect((await admin.patch(`${base}/${id}`, body({ duration: 'permanent' }))).at('data.id')).toBe(asked)
  expect((await admin.get(`${base}/${id}`)).at('data.attributes')).toMatchObject({ state: 'active', until, version: 1 })
  expect((await admin.post(`${base}/${asked}/approve`)).status).toBe(403)
  // who asks for another time does not agree to it themselves
  await second.patch(`${base}/${asked}`, body({ duration: '9y' }))
  expect((await second.post(`${base}/${asked}/approve`)).status).toBe(403)
  expect((await admin.post(`${base}/${asked}/approve`)).at('data.attributes.state')).toBe('active')
  expect((await block(address(), { duration: '366d' })).at('data.attributes.state')).toBe('waiting')
  expect((await block(address(), { duration: '365d' })).at('data.attributes.state')).toBe('active')
  expect((await admin.patch(`${base}/${id}`, body({ duration: '2d' }))).at('data.attributes')).toMatchObject({
    state: 'active',
    version: 2,
  })
  await admin.patch('/api/local/settings', body({ respond: { approval: { permanent: false } } }))
})

test('blocked for less by somebody else, or for another reason → an entry of its own, which stands when the longer one is lifted', async () => {
  const second = await daemon.as('Admin', 'second')
  const ip = address()
  const longer = String((await block(ip, { duration: '4h' })).at('data.id'))
  const shorter = await block(ip, { duration: '1h' }, second)
  expect(shorter.at('data.attributes')).toMatchObject({ by: { handle: 'second@example.com' }, duration_ms: 3_600_000 })
  expect((await block(ip, { duration: '2h', reason: 'spam' })).at('data.attributes')).toMatchObject({ reason: 'spam', state: 'active' })
  await admin.delete(`${base}/${longer}`)
  expect((await list()).filter(value => value === ip)).toHaveLength(2)
  expect((await admin.get(`${base}/${shorter.at('data.id')}`)).at('data.attributes.state')).toBe('active')
})

test('the same request ten times within some ms, in force or waiting, and twice in one of several → one entry', async () => {
  const ip = address()
  const ask = (duration: string) =>
    Promise.all(
      Array.from({ length: 10 }, () => {
        clock.now += 3
        return block(ip, { duration })
      }),
    )
  expect(new Set((await ask('1h')).map(made => made.at('data.id'))).size).toBe(1)
  await admin.patch('/api/local/settings', body({ respond: { approval: { permanent: true } } }))
  expect(new Set((await ask('permanent')).map(made => made.at('data.id'))).size).toBe(1)
  await admin.patch('/api/local/settings', body({ respond: { approval: { permanent: false } } }))
  const other = address()
  const twice = Array.from({ length: 2 }, () => ({ kind: 'ip', value: other }))
  const done = await admin.post(`${base}/bulk`, body({ entries: twice, duration: '1h', reason: '' }))
  expect(new Set(done.each('data', 'id')).size).toBe(1)
})

test('a preview → whom it would have hit in a day, as the search for its query counts', async () => {
  const ip = address()
  await intake.post('/api/v2/logs', guesses(clock.now - 60_000, ip, 5), { 'content-type': 'text/plain' })
  const preview = await admin.post(`${base}/preview`, { kind: 'ip', value: `${ip}/31` })
  const { query, from, to, logs, services } = preview.json as { query: string; from: number; to: number; logs: number; services: object[] }
  const search = await admin.post('/api/local/explorer', { track: 'logs', query, from, to, limit: 0, facets: ['service'] })
  expect(logs).toBe(5)
  expect(search.at('meta.total')).toBe(5)
  expect(services).toEqual(search.at('meta.facets.service'))
})

test('a preview of what is blocked, waits or is spared → how it stands, and who would enforce it', async () => {
  const preview = async (value: string, kind = 'ip') =>
    (await admin.post(`${base}/preview`, { kind, value })).json as { standing: object; enforcers: { holds: string }[] }
  await admin.post('/api/local/bouncers', { data: { attributes: { name: 'edge', ranges: 'single' } } })
  await block('93.191.1.0/24')
  const own = await preview('93.191.1.0/24')
  expect(own.standing).toMatchObject({ denylist: { attributes: { value: '93.191.1.0/24', state: 'active' } } })
  const covered = await preview('93.191.1.7')
  expect(covered.standing).toMatchObject({ denylist: { attributes: { value: '93.191.1.0/24' } } })
  await pass(['93.191.2.7'], { on_match: 'monitor' })
  expect((await preview('93.191.2.0/24')).standing).toMatchObject({ passlist: { description: 'our office', trusted: true } })
  await admin.patch('/api/local/settings', body({ respond: { approval: { permanent: true } } }))
  await block('93.191.3.1', { duration: 'permanent' })
  await admin.patch('/api/local/settings', body({ respond: { approval: { permanent: false } } }))
  expect((await preview('93.191.3.1')).standing).toMatchObject({ denylist: { attributes: { state: 'waiting' } } })
  const holds = async (value: string, kind?: string) => (await preview(value, kind)).enforcers.map(({ holds }) => holds)
  expect(await Promise.all([holds('93.191.4.1'), holds('93.191.0.0/23'), holds('mallory', 'user')])).toEqual([['yes'], ['no'], ['no']])
})

test('sorted by value and by end → as numbers, and for good last; what has ended is found by its value', async () => {
  for (const [value, duration] of [
    ['93.192.1.10', '1d'],
    ['93.192.1.9', 'permanent'],
    ['93.192.1.100', '2h'],
  ])
    await block(value!, { duration })
  const sorted = (sort: string) => list(`&filter[text]=93.192.1.&sort=${sort}`)
  expect(await sorted('value')).toEqual(['93.192.1.9', '93.192.1.10', '93.192.1.100'])
  expect(await sorted('until')).toEqual(['93.192.1.100', '93.192.1.10', '93.192.1.9'])
  expect(await sorted('-until')).toEqual(['93.192.1.9', '93.192.1.10', '93.192.1.100'])
  for (const id of (await admin.get(`${base}?filter[text]=93.192.1.`)).each('data', 'id')) await admin.delete(`${base}/${id}`)
  const ended = await admin.get(`${base}?filter[state]=ended&filter[text]=192.1.10`)
  expect([ended.at('meta.page.total_count'), ended.each('data', 'attributes.value').sort()]).toEqual([2, ['93.192.1.10', '93.192.1.100']])
})

test('looked up and marked → blocked by its range, trusted, or neither; who may not see that is not told', async () => {
  const passed = address()
  await block('93.187.1.0/24')
  await pass([passed], { on_match: 'monitor' })
  const blocked = await admin.get('/api/local/ip/93.187.1.9')
  expect(blocked.at('data.attributes.denylist')).toMatchObject({ value: '93.187.1.0/24', reason: 'brute force', by: 'ada' })
  expect((await admin.get(`/api/local/ip/${passed}`)).at('data.attributes.passlist')).toMatchObject({ trusted: true })
  const marks = (who: typeof admin) =>
    who.post('/api/local/marks', {
      data: { type: 'marks', attributes: { values: ['93.187.1.9', '::ffff:93.187.1.9', passed, '93.188.1.1'] } },
    })
  expect((await marks(admin)).at('data.attributes.kinds')).toEqual({
    '93.187.1.9': 'blocked',
    '::ffff:93.187.1.9': 'blocked',
    [passed]: 'trusted',
  })
  const scoped = await daemon.as('Admin', 'ada', ['security_monitoring_signals_read', 'logs_read_data'])
  expect((await marks(scoped as typeof admin)).at('data.attributes.kinds')).toEqual({})
  expect((await scoped.get('/api/local/ip/93.187.1.9')).at('data.attributes')).not.toHaveProperty('denylist')
})

test('two people at once, one blocks and one trusts the same address → it is not blocked, whoever came first, and the trail says why', async () => {
  const second = await daemon.as('Admin', 'second')
  for (let round = 0; round < 10; round++) {
    const ip = address()
    const trust = () =>
      second.post(filters, {
        data: { type: 'exclusion_filter', attributes: { description: 'partner', enabled: true, ip_list: [ip], on_match: 'monitor' } },
      })
    const [blocked, trusted] = await Promise.all(round % 2 ? [block(ip), trust()] : [trust(), block(ip)].reverse())
    expect([trusted!.status, await list()]).toEqual([200, expect.not.arrayContaining([ip])])
    const lifted = trusted!.at('data.attributes.x_local.lifted') as { id: string }[]
    if (blocked!.status === 409) expect([blocked!.at('errors.0.code'), lifted]).toEqual(['passlisted', []])
    else {
      const id = String(blocked!.at('data.id'))
      expect([blocked!.status, lifted.map(one => one.id)]).toEqual([201, [id]])
      expect(await audited(id)).toEqual([`blocked ip ${ip} for 1 h`, `trust lifted the block of ip ${ip}`])
      expect((await admin.get(`${base}/${id}`)).at('data.attributes.ended')).toMatchObject({
        how: 'trusted',
        by: { handle: 'second@example.com' },
      })
    }
  }
})

test('two people lift and extend the same block at once → one of them is told that the other came first', async () => {
  const second = await daemon.as('Admin', 'second')
  const id = String((await block(address())).at('data.id'))
  const [lifted, longer] = await Promise.all([
    admin.delete(`${base}/${id}`),
    second.patch(`${base}/${id}`, body({ duration: '1d', version: 1 })),
  ])
  expect(lifted.status).toBe(200)
  if (longer.status !== 200) expect([longer.status, longer.at('errors.0.code')]).toEqual([409, 'ended'])
  expect((await admin.get(`${base}/${id}`)).at('data.attributes.state')).toBe('ended')
})

test('an entry that there is not → 404, whatever is wanted of it', async () => {
  const path = `${base}/00000000-0000-4000-8000-000000000000`
  const all = [
    admin.get(path),
    admin.patch(path, body({ duration: '1h' })),
    admin.delete(path),
    admin.post(`${path}/approve`),
    admin.get(`${path}/proof`),
  ]
  expect((await Promise.all(all)).map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
})

test('who may only look → sees the list, and blocks nobody', async () => {
  expect((await readOnly.get(base)).status).toBe(200)
  expect((await block(address(), {}, standard)).status).toBe(403)
})

test('a new start → what is in force still is', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-'))
  const first = await startDaemon({ dir })
  await first.admin.post(base, body({ kind: 'ip', value: '93.190.1.1', duration: 'permanent' }))
  await first.admin.post(base, body({ kind: 'ip', value: '93.190.1.2', duration: '1m' }))
  await first.stop()
  const copy = `${dir}-copy`
  cpSync(dir, copy, { recursive: true })
  const second = await startDaemon({ dir: copy, now: first.clock.now + 120_000 })
  expect((await second.admin.get(base)).each('data', 'attributes.value')).toEqual(['93.190.1.1'])
  await second.stop()
  for (const one of [dir, copy]) rmSync(one, { recursive: true })
})
