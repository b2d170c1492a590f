import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'
import { accepted, bruteForce, guesses } from '../logs.ts'

// who attacks, and whom (S2-20f, S2-21), and rules that flag (S2-48)
const scan = {
  name: 'Scan',
  message: 'Somebody looks for what is there',
  queries: [{ name: 'misses', query: 'source:nginx', groupByFields: ['@network.client.ip'] }],
  cases: [{ name: 'some', status: 'medium', condition: 'misses > 1' }],
  options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
  tags: ['source:nginx'],
}
const takeover = {
  name: 'Break in',
  message: 'Somebody guessed a password',
  queries: [{ name: 'logins', query: 'source:sshd @evt.outcome:success', groupByFields: ['@usr.name'] }],
  cases: [{ name: 'once', status: 'critical', condition: 'logins > 0' }],
  options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
  tags: ['category:account_takeover'],
}
const flagging = {
  ...scan,
  name: 'Marked scan',
  queries: [{ name: 'misses', query: 'source:marker', groupByFields: ['@network.client.ip'] }],
  cases: [
    {
      ...scan.cases[0]!,
      actions: [{ type: 'flag_ip', options: { duration: 7200, flaggedIPType: 'FLAGGED' } }],
    },
  ],
}
const daemon = await startDaemon({ rules: [bruteForce, scan, takeover, flagging] })
const { admin, intake, core, clock } = daemon

const hostile = '<img src=x onerror=alert(1)> ‮"sqlmap"'
const visit = (ip: string, path: string, agent: string, source = 'nginx') => ({
  ddsource: source,
  service: 'shop',
  hostname: 'web-1',
  timestamp: clock.now - 30_000,
  message: `GET ${path}`,
  network: { client: { ip } },
  http: { useragent: agent, url_details: { path } },
})
async function send(logs: unknown): Promise<void> {
  const type = typeof logs === 'string' ? 'text/plain' : 'application/json'
  await intake.post('/api/v2/logs', logs, { 'content-type': type })
  await core.caughtUp()
  await daemon.daemon.automaticBlocking.idle()
}
const guesser = '93.184.216.34'
const [scanner, twin, quiet] = ['45.83.64.1', '45.83.64.2', '1.1.1.1']
await send(guesses(noon - 60_000, guesser, 8))
await send(accepted(noon - 40_000, guesser, 'mallory'))
await send([scanner, twin].flatMap(ip => ['/wp-login.php', '/.env'].map(path => visit(ip, path, hostile))))
await send([visit(quiet, '/', 'curl/8')])

const base = '/api/local/attackers'
interface Attributes {
  address: string
  state: string | null
  score: number
  standing: string
  signals: { total: number; severities: Record<string, number> }
  logs: { count: number }
  [name: string]: unknown
}
const list = async (query = '') => {
  const answer = await admin.get(`${base}?${query}`)
  expect(answer.status).toBe(200)
  return answer.each('data', 'attributes') as Attributes[]
}
const total = async (track: string, query: string) =>
  (await admin.post('/api/local/explorer', { track, query, from: noon - 86_400_000, to: clock.now, limit: 0 })).at('meta.total')

test('S2-21: who attacked within 24 hours → flagged over the threshold, suspicious below it, never both, the worst first', async () => {
  const found = await list()
  expect(found.map(({ address, state, score }) => [address, state, score])).toEqual([
    [guesser, 'flagged', 150],
    [scanner, 'suspicious', 5],
    [twin, 'suspicious', 5],
  ])
})

test('S2-21: counts of each → as a search of signals and of logs has them', async () => {
  for (const { address, signals, logs } of await list()) {
    expect([address, signals.total]).toEqual([address, await total('signals', `@network.client.ip:"${address}"`)])
    expect([address, logs.count]).toEqual([address, await total('logs', `@network.ip.list:"${address}"`)])
  }
})

test.each([
  ['query=state:flagged', [guesser]],
  ['query=-state:flagged severity:medium', [scanner, twin]],
  ['query=CIDR(address, 45.83.0.0/16)', [scanner, twin]],
  ['query=93.184', [guesser]],
  ['query=logs:>5', [guesser]],
  ['query=standing:blocked', []],
  ['signals=service:shop', [scanner, twin]],
  ['signals=status:critical', [guesser]],
  ['sort=address', [scanner, twin, guesser]],
  ['sort=-logs', [guesser, scanner, twin]],
  ['from=now-3d&to=now-2d', []],
])('S2-21: %s → %j', async (query, addresses) => {
  const encoded = new URLSearchParams(query).toString()
  expect((await list(encoded)).map(({ address }) => address)).toEqual(addresses)
})

test.each([
  ['query=state:(', 400, 'query'],
  ['signals=(', 400, 'signals'],
  ['from=yesterdayish', 400, 'from'],
  ['limit=0', 400, 'limit'],
  ['limit=201', 400, 'limit'],
  ['cursor=abc', 400, 'cursor'],
  ['group_by=colour', 400, 'group_by'],
  ['sort=luck', 400, 'sort'],
])('%s → %i that names %s', async (query, status, field) => {
  const answer = await admin.get(`${base}?${query}`)
  expect([answer.status, answer.text.includes(field)]).toEqual([status, true])
})

test('S2-21: a page at a time → each once, in the order of all; a cursor of another question → 400', async () => {
  const all = (await list()).map(({ address }) => address)
  const found: unknown[] = []
  let after = ''
  do {
    const page = await admin.get(`${base}?limit=2${after && `&cursor=${after}`}`)
    found.push(...page.each('data', 'id'))
    after = String(page.at('meta.page.after') ?? '')
    if (after) expect((await admin.get(`${base}?limit=2&sort=address&cursor=${after}`)).status).toBe(400)
  } while (after)
  expect(found).toEqual(all)
})

test('S2-21: group by network, user agent, cluster → addresses together, signals counted once', async () => {
  const [cluster] = (await list('group_by=cluster&query=state:suspicious')) as unknown as {
    label: string
    members: { addresses: string[] }
  }[]
  expect(cluster).toMatchObject({
    label: `Scan · ${hostile}`,
    members: { total: 2, addresses: [scanner, twin] },
    flagged: 0,
    suspicious: 2,
    signals: { total: 2, severities: { medium: 2 } },
    logs: { count: 4 },
  })
  expect((await list('group_by=user_agent')).map(({ label, members }) => [label, (members as { total: number }).total])).toEqual([
    ['No user agent', 1],
    [hostile, 2],
  ])
  const networks = await list('group_by=as')
  expect(networks.map(({ members }) => (members as { total: number }).total).sort()).toEqual([1, 2])
})

test('S2-20f: one address → state, network, first and last seen, volume, and what its logs name', async () => {
  const answer = await admin.get(`${base}/${scanner}`)
  expect(answer.at('data.attributes')).toMatchObject({
    address: scanner,
    state: 'suspicious',
    standing: 'none',
    scope: 'public',
    network: expect.stringMatching(/^45\./),
    asn: { number: expect.any(Number) },
    hosting: false,
    first_seen: clock.now - 30_000,
    last_seen: clock.now - 30_000,
    signals: { total: 1, severities: { medium: 1 } },
    rules: [{ value: 'Scan', count: 1 }],
    logs: { count: 2 },
    services: [{ value: 'shop', count: 2 }],
    paths: [
      { value: '/.env', count: 1 },
      { value: '/wp-login.php', count: 1 },
    ],
    user_agents: [{ value: hostile, count: 2 }],
    blocks: [],
  })
  const bars = answer.at('data.attributes.histogram') as { signals: number; logs: number }[]
  expect(bars.reduce((sum, bar) => sum + bar.logs, 0)).toBe(2)
  expect(bars.reduce((sum, bar) => sum + bar.signals, 0)).toBe(1)
  expect(answer.each('data.attributes.latest', 'attributes.attributes.title')).toEqual(['Scan - some'])
  expect((await admin.get(`${base}/300.1.1.1`)).status).toBe(400)
})

test('S2-20f: blocked, lifted, blocked by its range → standing, and the history of it', async () => {
  const block = async (value: string) =>
    (await admin.post('/api/local/denylist', { data: { attributes: { kind: 'ip', value, duration: '1h' } } })).at('data.id')
  const first = await block(scanner)
  expect((await list('query=standing:blocked')).map(({ address }) => address)).toEqual([scanner])
  await admin.delete(`/api/local/denylist/${first}?reason=over`)
  clock.now += 1000
  const range = await block('45.83.64.0/24')
  const answer = await admin.get(`${base}/${scanner}`)
  expect([answer.at('data.attributes.standing'), answer.each('data.attributes.blocks', 'id')]).toEqual(['blocked', [range, first]])
  await admin.delete(`/api/local/denylist/${range}`)
})

test('S2-21: several compared → each with its 30 days, and what they share', async () => {
  const body = { data: { attributes: { addresses: [scanner, twin, scanner] } } }
  const answer = await admin.post(`${base}/compare`, body)
  expect(answer.each('data', 'id')).toEqual([scanner, twin])
  expect(answer.at('meta.shared')).toEqual({
    rules: ['Scan'],
    services: ['shop'],
    users: [],
    paths: ['/.env', '/wp-login.php'],
    user_agents: [hostile],
  })
  const bad = await admin.post(`${base}/compare`, { data: { attributes: { addresses: [scanner, 'nobody'] } } })
  expect([bad.status, bad.text.includes('data.attributes.addresses.1')]).toEqual([400, true])
})

test('S2-21: a signal archived as a false positive → counts no more; another threshold → another state', async () => {
  const [id] = (await admin.get(`/api/v2/security_monitoring/signals?filter[query]=@network.client.ip:${twin}`)).each('data', 'id')
  const state = (attributes: object) => admin.patch(`/api/v2/security_monitoring/signals/${id}/state`, { data: { attributes } })
  const stateOf = async (address: string) => (await list()).find(one => one.address === address)?.state
  await state({ state: 'archived', archive_reason: 'false_positive' })
  expect(await stateOf(twin)).toBeNull()
  await state({ state: 'open' })
  await admin.patch('/api/local/settings', { data: { attributes: { respond: { flag_over: 4 } } } })
  expect(await stateOf(twin)).toBe('flagged')
  await admin.patch('/api/local/settings', { data: { attributes: { respond: { flag_over: 25 } } } })
})

test('compromised users → whom signals of account takeover name, with addresses, logs and how they ended', async () => {
  const answer = await admin.get('/api/local/compromised-users')
  expect(answer.each('data', 'attributes')).toMatchObject([
    {
      user: 'mallory',
      path: '@usr.name',
      score: 100,
      blocked: false,
      signals: { total: 1, severities: { critical: 1 } },
      logs: { count: 1 },
      addresses: [{ value: guesser, count: 1 }],
      services: [{ value: 'sshd', count: 1 }],
      outcomes: [{ value: 'success', count: 1 }],
      rules: [{ value: 'Break in', count: 1 }],
    },
  ])
  expect(answer.at('data.0.attributes.signals.total')).toBe(await total('signals', 'category:account_takeover @usr.name:mallory'))
  const block = { kind: 'user', value: 'mallory', duration: '1h' }
  await admin.post('/api/local/denylist', { data: { attributes: block } })
  expect((await admin.get('/api/local/compromised-users?query=blocked:true')).each('data', 'attributes.user')).toEqual(['mallory'])
  expect((await admin.get('/api/local/compromised-users?query=root')).each('data', 'id')).toEqual([])
})

test('S2-48: a case that flags → flagged for so long in lists, marks and look-ups, with a line in timeline and audit; then not', async () => {
  const ip = '77.91.68.5'
  await send(['/a', '/b'].map(path => visit(ip, path, 'probe', 'marker')))
  const find = async () => (await list()).find(({ address }) => address === ip)
  const card = async () => (await admin.get(`/api/local/ip/${ip}`)).at('data.attributes.flag')
  const mark = async () =>
    (await admin.post('/api/local/marks', { data: { type: 'marks', attributes: { values: [ip] } } })).at('data.attributes.kinds')
  const until = clock.now + 7_200_000
  expect(await find()).toMatchObject({ state: 'flagged', score: 5, flag: { state: 'flagged', until, rule: { name: 'Marked scan' } } })
  expect(await card()).toMatchObject({ state: 'flagged', until, rule: 'Marked scan' })
  const [id] = (await admin.get(`/api/v2/security_monitoring/signals?filter[query]=@network.client.ip:${ip}`)).each('data', 'id')
  const story = (await admin.get(`/api/local/signals/${id}/timeline`)).each('data', 'attributes') as { kind: string }[]
  expect(story.find(({ kind }) => kind === 'flagged')).toMatchObject({ to: ip, from: 'flagged' })
  expect(await total('audit', `@asset.type:flag @asset.id:"${ip}"`)).toBe(1)
  await admin.patch(`/api/v2/security_monitoring/signals/${id}/state`, {
    data: { attributes: { state: 'archived', archive_reason: 'remediated' } },
  })
  expect(await mark()).toEqual({ [ip]: 'match' })
  clock.now += 7_200_001
  expect(await find()).toMatchObject({ state: 'suspicious' })
  expect([await card(), await mark()]).toEqual([undefined, {}])
})

test('S2-48: trusted → not flagged', async () => {
  const ip = '77.91.68.6'
  await admin.post('/api/v2/remote_config/products/asm/waf/exclusion_filters', {
    data: { type: 'exclusion_filter', attributes: { description: 'partner', enabled: true, ip_list: [ip], on_match: 'monitor' } },
  })
  await send(['/a', '/b'].map(path => visit(ip, path, 'probe', 'marker')))
  expect((await list(`query=${ip}`))[0]).toMatchObject({ state: 'suspicious', standing: 'trusted' })
})

test.each([
  [{ type: 'flag_ip', options: { duration: 60 } }],
  [{ type: 'flag_ip', options: { flaggedIPType: 'HATED' } }],
])('a rule with the action %j → 400 that names it', async action => {
  const cases = [{ ...scan.cases[0]!, actions: [action] }]
  const answer = await admin.post('/api/v2/security_monitoring/rules', { ...scan, name: 'Wrong', cases, isEnabled: true })
  expect([answer.status, answer.text.includes('actions')]).toEqual([400, true])
})
