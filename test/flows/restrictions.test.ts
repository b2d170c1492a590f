import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { securityCase } from '../../shared/case.ts'
import { noon, startDaemon } from '../daemon.ts'
import { until } from '../until.ts'

// One role sees signals and logs of the web service alone. Whatever is of the vault carries words that stand nowhere else.
const rule = {
  name: 'Guessing',
  message: 'Somebody guesses',
  queries: [{ name: 'tries', query: '@evt.name:guess', groupByFields: ['@usr.name'] }],
  cases: [{ name: 'many', status: 'high', condition: 'tries > 2' }],
  options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
  filters: [{ action: 'suppress', query: '@evt.kind:drill' }],
  tags: ['category:account_takeover'],
}
const markers = ['zebrafish', 'quokkahost', 'narwhaluser', 'axolotltag', 'vaultservice', 'Pangolin', 'okapifield']
const hiddenIp = '203.0.113.77'
const seenIp = '198.51.100.9'

const daemon = await startDaemon({ rules: [rule], port: true })
const { admin, intake, core, nobody } = daemon
const feed = await admin.post('/api/local/feeds', {
  data: { type: 'feed', attributes: { name: 'list', format: 'netset', category: 'scanner', intention: 'malicious' } },
})
const feedId = String(feed.at('data.id'))
await admin.request('PUT', `/api/local/feeds/${feedId}/content`, `${hiddenIp}\n${seenIp}\n`, { 'content-type': 'text/plain' })
const vault = {
  service: 'vaultservice',
  hostname: 'quokkahost',
  ddtags: 'team:axolotltag',
  okapifield: 1,
  network: { client: { ip: hiddenIp } },
}
const web = { service: 'web', hostname: 'edge', ddtags: 'team:web', network: { client: { ip: seenIp } } }
const tellAll = {
  data: {
    type: 'notification_rules',
    attributes: { name: 'All', selectors: { trigger_source: 'security_signals' }, targets: ['@webhook-nobody'] },
  },
}
await admin.post('/api/v2/security/signals/notification_rules', tellAll)
const guess = (more: object, user: string) => ({ ...more, usr: { name: user }, evt: { name: 'guess' } })
await intake.post('/api/v2/logs', [
  ...Array.from({ length: 4 }, () => ({ ...guess(vault, 'narwhaluser'), message: 'zebrafish tried the door' })),
  ...Array.from({ length: 4 }, () => ({ ...guess(web, 'walter'), message: 'walter tried the door' })),
  { ...vault, usr: { name: 'narwhaluser' }, evt: { name: 'guess', kind: 'drill' }, message: 'zebrafish drill' },
  { ...web, usr: { name: 'walter' }, evt: { name: 'guess', kind: 'drill' }, message: 'web drill' },
])
await core.caughtUp()
await daemon.daemon.hunting.idle()

const signalOf = async (service: string) =>
  String((await admin.get(`/api/v2/security_monitoring/signals?filter[query]=service:${service}`)).at('data.0.id'))
const logOf = async (service: string) =>
  String((await admin.get(`/api/v2/logs/events?filter[query]=service:${service}&filter[from]=0`)).at('data.0.id'))
const [hiddenSignal, seenSignal] = [await signalOf('vaultservice'), await signalOf('web')]
const [hiddenLog, seenLog] = [await logOf('vaultservice'), await logOf('web')]
const hidden = [...markers, hiddenSignal, hiddenLog]
await admin.patch(`/api/v2/security_monitoring/signals/${hiddenSignal}/state`, {
  data: { attributes: { state: 'archived', archive_reason: 'other', archive_comment: 'Pangolin said so' } },
})
const evidence = await admin.post('/api/local/evidence', {
  data: {
    attributes: {
      text: `zebrafish seen\nnarwhaluser from ${hiddenIp}`,
      page: { url: 'https://quokkahost.example/', title: 'Pangolin board' },
      time: noon,
    },
  },
})
const incident = await admin.post('/api/v2/incidents', {
  data: {
    type: 'incidents',
    attributes: { title: 'Both doors', customer_impacted: false, x_local: { signals: [hiddenSignal, seenSignal] } },
  },
})
const suppression = await admin.post('/api/v2/security_monitoring/configuration/suppressions', {
  data: { type: 'suppressions', attributes: { name: 'Hide', rule_query: '*', suppression_query: '@usr.name:nobody' } },
})
const opened = await admin.post('/api/v2/cases', {
  data: {
    type: 'case',
    attributes: { title: 'Two doors', type_id: securityCase.id },
    relationships: { project: { data: { id: 'SEC', type: 'project' } } },
  },
})
const caseId = String(opened.at('data.id'))
await admin.put(`/api/v2/cases/${caseId}/insights`, {
  data: {
    type: 'case',
    attributes: {
      insights: [hiddenSignal, seenSignal].map(id => ({ type: 'SECURITY_SIGNAL', resource_id: id, ref: `/security?event=${id}` })),
    },
  },
})
await admin.patch(`/api/v2/security_monitoring/signals/${seenSignal}/state`, { data: { attributes: { state: 'open' } } })
const rules = await admin.get('/api/v2/security_monitoring/rules')
const ruleId = String(rules.each('data', 'id')[rules.each('data', 'name').indexOf('Guessing')])

const roles = await admin.get('/api/v2/roles')
const adminRole = String(roles.each('data', 'id')[roles.each('data', 'attributes.name').indexOf('Admin')])
const block = { kind: 'user', value: 'mallory', duration: '1h', reason: 'zebrafish', signal_id: hiddenSignal }
const blockId = String((await admin.post('/api/local/denylist', { data: { attributes: block } })).at('data.id'))
const clone = await admin.post(`/api/v2/roles/${adminRole}/clone`, { data: { attributes: { name: 'Web only' } } })
const roleId = String(clone.at('data.id'))
const onlyWeb = { x_local: { restriction_queries: { signals: 'service:web', logs: 'service:web' } } }
const restrict = (attributes: object) => admin.patch(`/api/v2/roles/${roleId}`, { data: { attributes } })
await restrict(onlyWeb)
const made = await admin.post('/api/v2/users', {
  data: { attributes: { email: 'wanda@example.com' }, relationships: { roles: { data: [{ id: roleId, type: 'roles' }] } } },
})
const wandaId = String(made.at('data.id'))
const keyOf = (user: string) =>
  daemon.daemon.access.createKey(
    { actor: { uuid: null, handle: 'test', name: 'test', auth_method: 'system' } },
    { kind: 'application', name: 'restricted', user },
  )
const wanda = { ...daemon.callerWith({ apiKey: daemon.apiKey, applicationKey: (await keyOf(wandaId)).secret }) }

const always = { from: 0, to: 2 * noon }
const count = [{ aggregation: 'count' }]
const byUser = { compute: count, group_by: [{ facet: '@usr.name' }] }
const explorer = (track: string) => ({
  ...{ track, ...always, facets: ['service', 'host', 'team', '@usr.name', '@asset.id', '@workflow.triage.state'] },
  ...{ histogram: { buckets: 10 }, ...byUser },
})
const asked = { data: { attributes: { ...always, suppressed: true } } }
const hide = { name: 'Try', rule_query: '*', suppression_query: '@usr.name:*', data_exclusion_query: '@usr.name:*' }
/** What each search that is a POST is asked: whoever adds one says here how it is asked. */
const bodies: Record<string, unknown[]> = {
  'post /api/local/explorer': [explorer('signals'), explorer('logs'), explorer('audit')],
  'post /api/v2/security_monitoring/signals/search': [{}, { page: { limit: 1 }, sort: 'timestamp' }],
  'post /api/v2/logs/events/search': [{ filter: always }, { filter: always, page: { limit: 1 } }],
  'post /api/v2/audit/events/search': [{ page: { limit: 1000 } }],
  'post /api/v2/logs/analytics/aggregate': [
    { filter: always, ...byUser },
    { filter: always, compute: count, group_by: [{ facet: 'team' }] },
  ],
  'post /api/local/rules/backtest': [{ data: { attributes: { ...asked.data.attributes, rule } } }],
  'post /api/local/rules/{id}/backtest': [asked],
  'post /api/local/notification_rules/preview': [tellAll],
  'post /api/local/suppressions/preview': [{ data: { attributes: hide } }],
  'post /api/local/export': ['signals', 'logs', 'audit'].flatMap(track => ['csv', 'ndjson'].map(format => ({ track, format, ...always }))),
  'post /api/local/signals/selections': [{ data: { attributes: always } }],
  'post /api/local/marks': [{ data: { type: 'marks', attributes: { values: ['192.0.2.1', 'a.example'] } } }],
  'post /api/local/observables': [{ data: { type: 'observables', attributes: { values: ['192.0.2.1', 'a.example'] } } }],
  // what is sent is all that these look at
  'post /api/v2/security_monitoring/rules/validation': [rule],
  'post /api/v2/security_monitoring/rules/test': [{ rule, ruleQueryPayloads: [] }],
  'post /api/v2/security_monitoring/rules/{id}/test': [{ rule, ruleQueryPayloads: [] }],
  'post /api/local/rules/test': [{ data: { attributes: { rule } } }],
  'post /api/local/rules/{id}/test': [{}],
  'post /api/v2/security_monitoring/configuration/suppressions/validation': [{ data: { attributes: hide } }],
  'post /api/v2/security_monitoring/configuration/suppressions/rules': [rule],
  'post /api/v2/reference-tables/queries/batch-rows': [{}],
  'post /api/v2/cases/aggregate': [{ data: { attributes: { group_by: { groups: ['status', 'assignee'], limit: 10 } } } }],
  'post /api/local/denylist/preview': [{ kind: 'ip', value: '203.0.113.0/24' }],
  'post /api/local/attackers/compare': [{ data: { attributes: { addresses: [hiddenIp, seenIp], ...always } } }],
  // of a bouncer about itself
  'post /v1/usage-metrics': [{}],
}
const ids = [
  hiddenSignal,
  hiddenLog,
  seenSignal,
  seenLog,
  ruleId,
  feedId,
  roleId,
  wandaId,
  blockId,
  String(suppression.at('data.id')),
  String(evidence.at('data.id')),
  String(incident.at('data.id')),
  caseId,
]
const paths = [
  'service',
  'host',
  'team',
  'status',
  '@usr.name',
  '@network.client.ip',
  '@asset.id',
  '@asset.name',
  '@new_value.archive_comment',
]
const tracks = ['signals', 'logs', 'audit']

const lists = ['/api/local/attackers', '/api/local/compromised-users']

/** An export is asked for in each of its forms. */
const formatsOf = (path: string) =>
  path === '/api/local/cases/{id}/export' ? ['markdown', 'json', 'stix', 'html'].map(format => `?format=${format}`) : ['']

/** Every way to ask an operation. */
function* waysOf(operation: string): Generator<[method: string, path: string, body?: unknown]> {
  const [method = '', path = ''] = operation.split(' ')
  const all = path.includes('{path}')
    ? paths.flatMap(name =>
        tracks.flatMap(track => ['', '&prefix='].map(end => `${path.replace('{path}', encodeURIComponent(name))}?track=${track}${end}`)),
      )
    : lists.includes(path)
      ? ['ip', 'as', 'user_agent', 'cluster'].map(by => `${path}?from=0&to=${always.to}&group_by=${by}`)
      : path === '/api/local/facets'
        ? tracks.map(track => `${path}?track=${track}`)
        : path.includes('{ip}')
          ? [path.replace('{ip}', hiddenIp), path.replace('{ip}', seenIp)]
          : path.includes('{')
            ? ids.flatMap(id => formatsOf(path).map(end => path.replace(/\{\w+\}/g, id) + end))
            : path.includes('ioc-explorer/indicator') || path.endsWith('/indicator')
              ? [`${path}?indicator=${hiddenIp}&value=${hiddenIp}&include_triage_history=true`]
              : path === '/api/v2/logs/events'
                ? [`${path}?filter[from]=0`]
                : path === '/api/v2/audit/events'
                  ? [`${path}?page[limit]=1000`]
                  : path === '/api/local/notifications'
                    ? [`${path}?filter[state]=waiting`]
                    : [path]
  for (const one of all)
    for (const body of method === 'get' ? [undefined] : (bodies[operation] ?? [{}])) yield [method.toUpperCase(), one, body]
}

const { paths: documented } = (await nobody.get('/openapi.json')).json as { paths: Record<string, Record<string, { 'x-read'?: boolean }>> }
const reads = Object.entries(documented).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, operation]) => (method === 'get' || operation['x-read'] ? [`${method} ${path}`] : [])),
)
const foundBy = async (caller: typeof wanda, operation: string) => {
  const found = new Set<string>()
  for (const [method, path, body] of waysOf(operation)) {
    const { text } = await caller.request(method, path, body)
    // an answer may name what was asked for
    for (const marker of hidden) if (text.includes(marker) && !path.includes(marker)) found.add(marker)
    // and refuse it as something that is not there
    if (hidden.some(marker => path.includes(marker) && markers.some(word => text.includes(word)))) found.add(path)
  }
  return [...found]
}

test('each search that is a POST says how it is asked', () => {
  expect(reads.filter(operation => operation.startsWith('post ')).filter(operation => !bodies[operation])).toEqual([])
})
test.each(reads)('S0-13: %s shows nothing of what is hidden', async operation => {
  expect(await foundBy(wanda, operation)).toEqual([])
})
test('the same questions show it to whoever sees everything', async () => {
  const telling: string[] = []
  for (const operation of reads) if ((await foundBy(admin, operation)).length > 0) telling.push(operation)
  expect(telling.sort()).toEqual([
    'get /api/local/attackers',
    'get /api/local/attackers/{ip}',
    'get /api/local/cases/{id}/export',
    'get /api/local/cases/{id}/insights',
    'get /api/local/compromised-users',
    'get /api/local/denylist',
    'get /api/local/denylist/{id}',
    'get /api/local/evidence',
    'get /api/local/evidence/{id}',
    'get /api/local/facets',
    'get /api/local/facets/{path}/values',
    'get /api/local/incidents/{id}/postmortem',
    'get /api/local/incidents/{id}/signals',
    'get /api/local/incidents/{id}/timeline',
    'get /api/local/indicator',
    'get /api/local/ip/{ip}',
    'get /api/local/logs/{id}',
    'get /api/local/logs/{id}/context',
    'get /api/local/notifications',
    'get /api/local/rules/{id}/hidden',
    'get /api/local/signals/{id}/timeline',
    'get /api/local/signals/{id}/why',
    'get /api/local/signals/{id}/workflows',
    'get /api/v2/audit/events',
    'get /api/v2/cases',
    'get /api/v2/cases/{id}',
    'get /api/v2/cases/{id}/timelines',
    'get /api/v2/logs/events',
    'get /api/v2/security-entities/risk-scores',
    'get /api/v2/security/siem/ioc-explorer/indicator',
    'get /api/v2/security_monitoring/signals',
    'get /api/v2/security_monitoring/signals/{id}',
    'get /api/v2/security_monitoring/signals/{id}/entities',
    'get /api/v2/security_monitoring/signals/{id}/investigation_queries',
    'get /api/v2/security_monitoring/signals/{id}/suggested_actions',
    'post /api/local/attackers/compare',
    'post /api/local/denylist/preview',
    'post /api/local/explorer',
    'post /api/local/export',
    'post /api/local/notification_rules/preview',
    'post /api/local/rules/backtest',
    'post /api/local/rules/{id}/backtest',
    'post /api/local/suppressions/preview',
    'post /api/v2/audit/events/search',
    'post /api/v2/logs/analytics/aggregate',
    'post /api/v2/logs/events/search',
    'post /api/v2/security_monitoring/signals/search',
  ])
})

test('S0-13: a case and an incident of two signals of which she sees one → one, in lists, timeline and export', async () => {
  const incident = await wanda.get('/api/v2/incidents')
  expect(incident.each('data', 'attributes.x_local.signals')).toEqual([1])
  const listed = await wanda.get('/api/v2/cases')
  expect(listed.each('data', 'attributes.x_local.insights_total')).toEqual([1])
  const held = await wanda.get(`/api/local/cases/${caseId}/insights`)
  expect([held.each('data', 'attributes.resource_id'), held.at('meta.total')]).toEqual([[seenSignal], 1])
  expect((await wanda.get(`/api/local/cases/${caseId}/insights?page[number]=2&page[size]=1`)).each('data', 'id')).toEqual([])
  const told = async (caller: typeof wanda) =>
    (await caller.get(`/api/v2/cases/${caseId}/timelines`)).each('data', 'attributes.cell_content.message').join('\n')
  expect(await told(admin as typeof wanda)).toContain('added 2 signals')
  expect(await told(wanda)).toMatch(/added 1 signal$/m)
  const file = await wanda.get(`/api/local/cases/${caseId}/export?format=json`)
  expect([file.at('insights.length'), file.at('insights_left_out')]).toEqual([1, 0])
  const markdown = await wanda.get(`/api/local/cases/${caseId}/export?format=markdown`)
  expect(markdown.text).not.toContain('2 signals')
})

test('S2-21: attackers and compromised users → those of signals that are seen, as if there were no others', async () => {
  const found = await wanda.get('/api/local/attackers?from=0')
  expect(found.each('data', 'id')).toEqual([seenIp])
  expect([found.at('meta.total'), found.at('data.0.attributes.logs.count')]).toEqual([1, 5])
  expect((await wanda.get('/api/local/compromised-users?from=0')).each('data', 'attributes.user')).toEqual(['walter'])
  const unknown = await wanda.get(`/api/local/attackers/${hiddenIp}`)
  expect([unknown.at('data.attributes.state'), unknown.at('data.attributes.signals.total')]).toEqual([null, 0])
})

const page = { url: 'https://logs.example/', title: '' }
test.each([
  ['web', true],
  ['mail', false],
])('evidence of logs of service:%s that somebody else kept is seen: %s; her own is', async (service, isSeen) => {
  const keptBy = async (caller: typeof wanda) =>
    String(
      (
        await caller.post('/api/local/evidence', {
          data: { attributes: { text: JSON.stringify({ message: 'up', service }), page, time: noon } },
        })
      ).at('data.id'),
    )
  const [hers, theirs] = [await keptBy(wanda), await keptBy(admin as typeof wanda)]
  const listed = (await wanda.get('/api/local/evidence')).each('data', 'id')
  expect([listed.includes(hers), listed.includes(theirs)]).toEqual([true, isSeen])
  expect((await wanda.get(`/api/local/evidence/${theirs}`)).status).toBe(isSeen ? 200 : 404)
  expect((await wanda.get(`/api/local/evidence/${hers}`)).status).toBe(200)
})

test.each([
  'zebrafish',
  '@usr.name:narwhaluser',
  'service:vaultservice',
  '*:Pangolin',
  `@asset.id:${hiddenSignal}`,
  '-service:web',
])('%s: counts of what is seen, on every track', async query => {
  const own = '-service:web'
  for (const track of tracks) {
    const found = await wanda.post('/api/local/explorer', { track, query, ...always, facets: ['service'], histogram: { buckets: 4 } })
    const expected = track === 'audit' && query === own ? found.at('meta.total') : 0
    expect([track, found.status, found.at('meta.total')]).toEqual([track, 200, expected])
  }
})

const signals = '/api/v2/security_monitoring/signals'
const seen = async (path: string) => wanda.get(path)
test.each([
  [`${signals}/`, '', hiddenSignal],
  ['/api/local/signals/', '/timeline', hiddenSignal],
  ['/api/local/signals/', '/why', hiddenSignal],
  ['/api/local/logs/', '', hiddenLog],
  ['/api/local/logs/', '/context', hiddenLog],
])('%sHIDDEN%s → 404, word for word that of an id that nobody has', async (before, after, id) => {
  const answer = await seen(`${before}${id}${after}`)
  const none = await seen(`${before}${id.replace(/.$/, last => (last === '0' ? '1' : '0'))}${after}`)
  expect([answer.status, answer.text.replaceAll(id, 'ID')]).toEqual([404, none.text.replace(/[0-9a-f]{20,32}/g, 'ID')])
})
test.each([
  ['state', { state: 'open' }, { state: 'open' }],
  ['assignee', { assignee: { uuid: '' } }, { assignee: '' }],
  ['update', { state: 'open' }, { state: 'open' }],
])('%s of a hidden signal, single and among others → 404, and nothing has changed', async (name, attributes, bulk) => {
  const before = await core.auditHead()
  expect((await wanda.patch(`${signals}/${hiddenSignal}/${name}`, { data: { attributes } })).status).toBe(404)
  const data = [seenSignal, hiddenSignal].map(id => ({ id, attributes: bulk }))
  expect(
    (
      await wanda.patch(`${signals}/bulk/${name}`, {
        data: data.map(one => ({ ...one, attributes: name === 'update' ? attributes : bulk })),
      })
    ).status,
  ).toBe(404)
  expect(await core.auditHead()).toEqual(before)
})
test('a hidden signal counts in no incident, and cannot be put into one', async () => {
  const id = String(incident.at('data.id'))
  const count = async (caller: typeof wanda) => (await caller.get(`/api/v2/incidents/${id}`)).at('data.attributes.x_local.signals')
  expect([await count(admin), await count(wanda)]).toEqual([2, 1])
  // nor does it say when that was found
  const seen = await wanda.get(`/api/v2/security_monitoring/signals/${seenSignal}`)
  const shown = await wanda.get(`/api/v2/incidents/${id}`)
  expect(shown.at('data.attributes.detected')).toBe(seen.at('data.attributes.timestamp'))
  const before = await core.auditHead()
  const body = { data: [{ id: hiddenSignal }] }
  expect((await wanda.request('DELETE', `/api/local/incidents/${id}/signals`, body)).status).toBe(404)
  const attributes = { title: 'T', customer_impacted: false, x_local: { signals: [hiddenSignal] } }
  expect((await wanda.post('/api/v2/incidents', { data: { type: 'incidents', attributes } })).status).toBe(404)
  expect(await core.auditHead()).toEqual(before)
})
test('all that a query finds, as a selection: what is seen', async () => {
  const all = { data: { attributes: { query: '*' } } }
  const counts = async (caller: typeof wanda) => (await caller.post('/api/local/signals/selections', all)).at('data.attributes.count')
  expect([await counts(admin), await counts(wanda)]).toEqual([2, 1])
})
test('a signal by hand of a hidden log is refused as one of no log', async () => {
  const raise = (log: string) => wanda.post('/api/local/signals', { data: { attributes: { title: 'T', severity: 'low', logs: [log] } } })
  const [hiddenOne, none] = [await raise(hiddenLog), await raise('nothing')]
  expect([hiddenOne.status, hiddenOne.text]).toEqual([none.status, none.text])
})
test('how noisy rules are: of what is seen', async () => {
  const list = await wanda.get('/api/local/rules/statistics')
  expect(list.at('data.0.attributes')).toMatchObject({ signals: { total: 1 }, hidden: { signals: 0, logs: 1 } })
})
test('a cursor of somebody who sees more is refused', async () => {
  const page = await admin.get(`${signals}?page[limit]=1`)
  const answer = await wanda.get(`${signals}?page[cursor]=${encodeURIComponent(String(page.at('meta.page.after')))}`)
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('belongs to another query')])
})
test('indicators: only those of logs that are seen, with their counts', async () => {
  const list = await wanda.get('/api/v2/security/siem/ioc-explorer')
  expect(list.each('data.attributes.data', 'indicator')).toEqual([seenIp])
  expect(list.each('data.attributes.data', 'log_matches')).toEqual([5])
  expect((await wanda.get(`/api/v2/security/siem/ioc-explorer/indicator?indicator=${hiddenIp}`)).status).toBe(404)
})
test.each([
  [hiddenIp, 0, 0],
  [seenIp, 5, 1],
])('%s: %i logs, %i signals', async (ip, logs, total) => {
  const card = await wanda.get(`/api/local/ip/${ip}`)
  expect([card.at('data.attributes.logs.count'), card.at('data.attributes.signals.total')]).toEqual([logs, total])
  for (const value of [ip, `${ip}/32`]) {
    const known = await wanda.get(`/api/local/indicator?value=${encodeURIComponent(value)}`)
    expect([known.at('data.attributes.logs.count'), known.at('data.attributes.signals.total')]).toEqual([logs, total])
  }
})
test('an address of a hidden signal is not marked as one', async () => {
  await admin.patch(`${signals}/${hiddenSignal}/state`, { data: { attributes: { state: 'open' } } })
  const body = { data: { type: 'marks', attributes: { values: [hiddenIp, seenIp] } } }
  const kinds = async (caller: typeof wanda) => (await caller.post('/api/local/marks', body)).at('data.attributes.kinds')
  expect([await kinds(admin), await kinds(wanda)]).toEqual([
    { [hiddenIp]: 'signal', [seenIp]: 'signal' },
    { [hiddenIp]: 'match', [seenIp]: 'signal' },
  ])
})
test('a hidden signal is none of what is listed inside a block, nor known of the host of a URL', async () => {
  type Facts = { inside: { first: { value: string; kind: string }[] }; host: { open_signal: boolean } }
  const about = async (caller: typeof wanda, value: string) =>
    (await caller.get(`/api/local/indicator?value=${encodeURIComponent(value)}`)).at('data.attributes') as Facts
  const inside = async (caller: typeof wanda) =>
    (await about(caller, '203.0.113.0/24')).inside.first.filter(({ value }) => value === hiddenIp).map(({ kind }) => kind)
  expect([await inside(admin), await inside(wanda)]).toEqual([['signal'], ['match']])
  const open = async (caller: typeof wanda) => (await about(caller, `http://${hiddenIp}/x`)).host
  expect([await open(admin), await open(wanda)]).toMatchObject([{ open_signal: true }, { open_signal: false }])
})
test('a name of a hidden signal is not marked as one, and what kinds there are tells nothing', async () => {
  const made = await admin.post('/api/local/signals', {
    data: { type: 'signal', attributes: { title: 'quokkahost.example', message: 'CVE-2021-44228', severity: 'low' } },
  })
  const body = { data: { type: 'marks', attributes: { values: ['quokkahost.example', 'CVE-2021-44228'] } } }
  const known = async (caller: typeof wanda) => (await caller.post('/api/local/marks', body)).at('data.attributes')
  expect(await known(admin)).toMatchObject({ kinds: { 'quokkahost.example': 'signal', 'CVE-2021-44228': 'signal' } })
  const before = await known(wanda)
  expect(before).toMatchObject({ kinds: {} })
  await admin.patch(`${signals}/${made.at('data.id')}/state`, {
    data: { attributes: { state: 'archived', archive_reason: 'other' } },
  })
  expect(await known(wanda)).toEqual(before)
})

/** Open a stream. */
const stream = (path: string, key: string) =>
  new Promise<{ socket: WebSocket; texts: string[]; code: () => number | undefined }>((resolve, reject) => {
    const socket = new WebSocket(`${daemon.url.replace('http', 'ws')}${path}`, { headers: { authorization: `Bearer ${key}` } })
    const texts: string[] = []
    let code: number | undefined
    socket.on('message', data => texts.push(String(data)))
    socket.on('close', closed => (code = closed))
    socket.on('open', () => resolve({ socket, texts, code: () => code }))
    socket.on('unexpected-response', (_, response) => reject(new Error(String(response.statusCode))))
  })

test('the stream of changes tells of what is seen, and counts it', async () => {
  const { socket, texts } = await stream('/api/local/live', (await keyOf(wandaId)).secret)
  await until(() => texts.length === 1)
  expect(JSON.parse(texts[0]!)).toMatchObject({ type: 'hello', counts: { open: 1, under_review: 0, archived: 0 } })
  await admin.patch(`${signals}/${hiddenSignal}/state`, { data: { attributes: { state: 'under_review' } } })
  await admin.patch(`${signals}/${seenSignal}/state`, { data: { attributes: { state: 'under_review' } } })
  await until(() => texts.some(text => text.includes(seenSignal)))
  expect(texts.join()).not.toContain(hiddenSignal)
  expect(JSON.parse(texts.at(-1)!)).toMatchObject({ ids: [seenSignal], counts: { open: 0, under_review: 1, archived: 0 } })
  socket.close()
})
test('the stream tells a user of signals that were given to them, as far as they see them', async () => {
  const { socket, texts } = await stream('/api/local/live', (await keyOf(wandaId)).secret)
  const many = [hiddenSignal, seenSignal].map(id => ({ id, attributes: { assignee: wandaId } }))
  await admin.patch('/api/v2/security_monitoring/signals/bulk/assignee', { data: many })
  const told = await until(() => texts.find(text => text.includes('"assigned"')))
  expect(JSON.parse(told)).toEqual({ type: 'assigned', to: wandaId, ids: [seenSignal], by: 'ada@example.com', count: 1 })
  expect(texts.join()).not.toContain(hiddenSignal)
  await admin.patch('/api/v2/security_monitoring/signals/bulk/assignee', {
    data: many.map(({ id }) => ({ id, attributes: { assignee: '' } })),
  })
  socket.close()
})
test('a live tail tells of logs that are seen', async () => {
  const { socket, texts } = await stream('/api/local/live/logs?query=', (await keyOf(wandaId)).secret)
  await until(async () => {
    await intake.post('/api/v2/logs', [
      { ...vault, message: 'zebrafish again' },
      { ...web, message: 'web again' },
    ])
    return texts.some(text => text.includes('web again'))
  })
  expect(texts.join()).not.toContain('zebrafish')
  socket.close()
})

/** One that neither stream needs. */
const otherPermission = async (method: 'POST' | 'DELETE') => {
  const all = await admin.get('/api/v2/permissions')
  const id = all.each('data', 'id')[all.each('data', 'attributes.name').indexOf('cases_read')]
  expect((await admin.request(method, `/api/v2/roles/${roleId}/permissions`, { data: { id, type: 'permissions' } })).status).toBe(200)
}
const patchUser = (attributes: object) => admin.patch(`/api/v2/users/${wandaId}`, { data: { attributes } })
test.each<[what: string, code: number, change: (key: string) => Promise<unknown>, back: () => Promise<unknown>]>([
  [
    'what the role shows',
    4409,
    () => restrict({ x_local: { restriction_queries: { signals: 'service:db', logs: 'service:db' } } }),
    () => restrict(onlyWeb),
  ],
  ['a permission that tells of something else there', 4409, () => otherPermission('DELETE'), () => otherPermission('POST')],
  ['the key', 4401, id => admin.delete(`/api/v2/application_keys/${id}`), async () => {}],
  ['the user', 4401, () => patchUser({ disabled: true }), () => patchUser({ disabled: false })],
  [
    'the role itself',
    4403,
    () => admin.request('DELETE', `/api/v2/roles/${roleId}/users`, { data: { id: wandaId, type: 'users' } }),
    () => admin.post(`/api/v2/roles/${roleId}/users`, { data: { id: wandaId, type: 'users' } }),
  ],
  [
    'the time that the key has',
    4401,
    async id => {
      const expires_at = new Date(daemon.clock.now + 1000).toISOString()
      expect((await admin.patch(`/api/v2/application_keys/${id}`, { data: { attributes: { expires_at } } })).status).toBe(200)
      daemon.clock.now += 2000
    },
    async () => {},
  ],
])('open streams end when %s is gone: %i', async (_, code, change, back) => {
  const key = await keyOf(wandaId)
  const both = [await stream('/api/local/live', key.secret), await stream('/api/local/live/logs', key.secret)]
  await change(key.id)
  await until(() => both.every(one => one.code() !== undefined))
  expect(both.map(one => one.code())).toEqual([code, code])
  await back()
})

test('two roles show what either shows; one that does not read signals shows none', async () => {
  const role = async (name: string, signalsOf: string | null, permissions: string[]) => {
    const all = await admin.get('/api/v2/permissions')
    const data = permissions.map(one => ({
      type: 'permissions',
      id: all.each('data', 'id')[all.each('data', 'attributes.name').indexOf(one)],
    }))
    const body = {
      attributes: { name, x_local: { restriction_queries: { signals: signalsOf } } },
      relationships: { permissions: { data } },
    }
    return { type: 'roles', id: String((await admin.post('/api/v2/roles', { data: body })).at('data.id')) }
  }
  const reads = 'security_monitoring_signals_read'
  const both = [
    await role('Vault', 'service:vaultservice', [reads]),
    await role('Web', 'service:web', [reads]),
    await role('Cases', null, ['cases_read']),
  ]
  const found = async (data: object[]) => {
    const attributes = { email: `${Math.random()}@example.com` }
    const user = await admin.post('/api/v2/users', { data: { attributes, relationships: { roles: { data } } } })
    const caller = daemon.callerWith({ apiKey: daemon.apiKey, applicationKey: (await keyOf(String(user.at('data.id')))).secret })
    return (await caller.get(signals)).each('data', 'id').sort()
  }
  expect(await found(both)).toEqual([hiddenSignal, seenSignal].sort())
  expect(await found(both.slice(1))).toEqual([seenSignal])
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
