import { expect, test } from 'vitest'
import { toFeedRow } from '../../../extension/background/feed-wire.ts'
import { createFeeds } from '../../../extension/background/feeds.ts'
import { createRules } from '../../../extension/background/rules.ts'
import { problemsOf, Refused } from '../../../extension/background/send.ts'
import type { JsonObject } from '../../../shared/json.ts'

/** A daemon's answers by method and path, and what it was asked. */
function meet(answers: (method: string, path: string) => JsonObject) {
  const asked: string[] = []
  const request = async (method: string, path: string, body?: object) => {
    asked.push(`${method} ${path}${body instanceof Uint8Array ? ` ${new TextDecoder().decode(body)}` : ''}`)
    return answers(method, path)
  }
  return { asked, rules: createRules({ request }), feeds: createFeeds({ request }) }
}
const wire = (id: string) => ({
  id,
  version: 2,
  name: `Rule ${id}`,
  isEnabled: true,
  isDefault: false,
  cases: [{ status: 'low' }, { status: 'high' }],
  tags: ['source:sshd'],
  options: { detectionMethod: 'threshold' },
  x_local: { imported: 'sigma' },
})

test('all pages of the rules, as rows', async () => {
  const { asked, rules } = meet((_, path) => ({
    data: path.endsWith('=0') ? Array.from({ length: 100 }, (_, i) => wire(`a${i}`)) : [wire('b')],
    meta: { page: { total_filtered_count: 101 } },
  }))
  const { rows } = await rules.rules({})
  expect(rows).toHaveLength(101)
  expect(rows[100]).toMatchObject({ id: 'b', severity: 'high', source: 'sshd', imported: true, enabled: true })
  expect(asked).toHaveLength(2)
})

test('values of another type are left out', async () => {
  const { rules } = meet(() => ({ data: [{ id: 7, name: ['x'], cases: 'none', tags: [1, 'a'], isEnabled: 'yes' }], meta: 1 }))
  const [row] = (await rules.rules({})).rows
  expect(row).toMatchObject({ id: '', name: 'Unnamed rule', severity: null, tags: ['a'], enabled: false })
})

test('a rule’s JSON is what a person may change of it', async () => {
  const { rules } = meet(() => wire('a'))
  const { source } = await rules.rule({ id: 'a' })
  expect(Object.keys(JSON.parse(source))).toEqual(['name', 'isEnabled', 'cases', 'tags', 'options'])
})

test('an import of which nothing is taken is a report too', async () => {
  const { rules } = meet(() => {
    throw new Refused(400, 'bad', [{ field: 'a.yml:3', message: 'title: is missing' }])
  })
  const { rules: report } = await rules.importRules({ files: [{ path: 'a.yml', text: 'x' }], dryRun: true })
  expect(report).toMatchObject([{ file: 'a.yml', line: 3, outcome: 'refused', problem: 'title: is missing' }])
})

test('a feed whose entries are refused is not left behind', async () => {
  const { asked, feeds } = meet(method => {
    if (method === 'PUT') throw new Refused(400, 'The feed is an HTML page.')
    return { data: { id: 'f', attributes: { name: 'F' } } }
  })
  const feed = { name: 'F', format: 'netset', category: 'attack', intention: 'malicious' } as const
  await expect(feeds.addFeed({ feed, content: btoa('<html>') })).rejects.toThrow('HTML page')
  expect(asked).toEqual(['POST /api/local/feeds', 'PUT /api/local/feeds/f/content <html>', 'DELETE /api/local/feeds/f'])
})

test('a feed whose secret cannot be kept is not left behind', async () => {
  const { asked, feeds } = meet(method => {
    if (method === 'PUT') throw new Refused(507, 'The disk is full.')
    return { data: { id: 'f', attributes: { name: 'F' } } }
  })
  const feed = { name: 'F', format: 'stix', category: 'attack', intention: 'malicious', via: 'taxii', hours: 4 } as const
  await expect(feeds.addFeed({ feed: { ...feed, auth: { type: 'bearer' } }, secret: 'hush' })).rejects.toThrow('full')
  expect(asked.map(one => one.split(' ').slice(0, 2).join(' '))).toEqual([
    'POST /api/local/feeds',
    'PUT /api/local/feeds/f/secret',
    'DELETE /api/local/feeds/f',
  ])
})

test.each<[JsonObject, object]>([
  [
    { refresh: { every_hours: 4, via: 'taxii', auth: { type: 'basic', user: 'me', secret: '***' }, next_at: 5 } },
    { refresh: { hours: 4, next: 5, via: 'taxii', auth: { type: 'basic', kept: true } } },
  ],
  [{ refresh: { every_hours: 1, auth: { type: 'evil', secret: null } } }, { refresh: { hours: 1, next: null, via: 'file', auth: null } }],
  [{ error: { message: 'm', since: 1, code: 'feed_shrunk' } }, { error: { message: 'm', since: 1, shrunk: true } }],
])('a feed that is %j', (attributes, row) => expect(toFeedRow({ id: 'f', attributes })).toMatchObject(row))

test.each([
  [
    { error: { message: 'bad', details: [{ target: 'cases.0', message: 'm', at: [1, 2] }] } },
    { field: 'cases.0', message: 'm', at: [1, 2] },
  ],
  [{ errors: [{ title: 't', detail: 'd', source: { pointer: 'data.x' } }] }, { field: 'data.x', message: 'd' }],
])('what is wrong with which member: %j', (body, problem) =>
  expect(problemsOf({ status: 400, body: body as JsonObject, version: null })).toEqual([problem]))
test.each<JsonObject | null>([{ errors: ['Forbidden'] }, { error: 1 }, null])('nothing is said of members: %j', body =>
  expect(problemsOf({ status: 400, body: body as JsonObject, version: null })).toEqual([]))

test('setRuleAccess with viewers alone: nobody is restricted, so the policy goes', async () => {
  const policyNow: JsonObject = { data: { attributes: { bindings: [{ relation: 'editor', principals: ['role:r'] }] } } }
  const { asked, rules } = meet(method => (method === 'GET' ? policyNow : {}))
  const before = { editors: ['role:r'], viewers: [] }
  const after = { editors: [], viewers: ['role:s'] }
  expect(await rules.setRuleAccess({ id: 'one', before, after, leavesOut: false })).toEqual({ editors: [], viewers: [] })
  const policy = '/api/v2/restriction_policy/security-rule:one'
  expect(asked).toEqual([`GET ${policy}`, `DELETE ${policy}`])
})
