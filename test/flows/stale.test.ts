import { expect, test } from 'vitest'
import type { Answer } from '../caller.ts'
import { startDaemon } from '../daemon.ts'

// Two people save the same thing at the same moment: the second is told, and nothing of the first is lost.
const daemon = await startDaemon()
const { admin } = daemon
const roles = await admin.get('/api/v2/roles')
const readOnly = roles.each('data', 'id')[roles.each('data', 'attributes.name').indexOf('Read Only')]
const role = String((await admin.post(`/api/v2/roles/${readOnly}/clone`, { data: { attributes: { name: 'Desk' } } })).at('data.id'))
const user = String((await admin.post('/api/v2/users', { data: { attributes: { email: 'kim@example.com' } } })).at('data.id'))
const wiki = (attributes: object) => admin.put('/api/local/pivots/Wiki', { data: { attributes: { kinds: ['ip'], ...attributes } } })
await wiki({ template: 'https://wiki.example/{value}' })
await admin.put('/api/local/services/web', { data: { attributes: { owner: 'Platform' } } })

interface Saved {
  path: string
  /** Where the version stands. */
  at: string
  change(n: number, version?: unknown): Promise<Answer>
  /** What of it was changed. */
  now: string
}
const local = (version: unknown) => (version === undefined ? {} : { x_local: { version } })
const plain = (version: unknown) => (version === undefined ? {} : { version })
const things: Record<string, Saved> = {
  settings: {
    path: '/api/local/settings',
    at: 'data.attributes.version',
    change: (n, version) =>
      admin.patch('/api/local/settings', { data: { attributes: { retention: { days: 30 + n }, ...plain(version) } } }),
    now: 'data.attributes.retention.days',
  },
  service: {
    path: '/api/local/services/web',
    at: 'data.attributes.version',
    change: (n, version) => admin.put('/api/local/services/web', { data: { attributes: { owner: `Team ${n}`, ...plain(version) } } }),
    now: 'data.attributes.owner',
  },
  'pivot link': {
    path: '/api/local/pivots/Wiki',
    at: 'data.attributes.version',
    change: (n, version) => wiki({ template: `https://wiki.example/${n}/{value}`, ...plain(version) }),
    now: 'data.attributes.template',
  },
  user: {
    path: `/api/v2/users/${user}`,
    at: 'data.attributes.x_local.version',
    change: (n, version) => admin.patch(`/api/v2/users/${user}`, { data: { attributes: { name: `Kim ${n}`, ...local(version) } } }),
    now: 'data.attributes.name',
  },
  role: {
    path: `/api/v2/roles/${role}`,
    at: 'data.attributes.x_local.version',
    change: (n, version) => admin.patch(`/api/v2/roles/${role}`, { data: { attributes: { name: `Desk ${n}`, ...local(version) } } }),
    now: 'data.attributes.name',
  },
}

test.each(Object.keys(things))('%s: of two at once with the same version one is saved and the other refused', async name => {
  const { path, at, change, now } = things[name]!
  const version = (await admin.get(path)).at(at)
  expect(version).toMatch(/^[0-9a-f]{16}$/)
  const answers = await Promise.all([change(1, version), change(2, version)])
  expect(answers.map(({ status }) => status)).toEqual([200, 409])
  expect(answers[1]!.text).toMatch(/version|in the meantime/)
  const after = await admin.get(path)
  expect([after.at(now), after.at(at)]).toEqual([answers[0]!.at(now), answers[0]!.at(at)])
  // the version that came with the change goes on, and without one it is as ever
  expect((await change(3, after.at(at))).status).toBe(200)
  expect((await change(4)).status).toBe(200)
})
test('a service that is to be new is there already', async () => {
  const make = (name: string) => admin.put(`/api/local/services/${name}`, { data: { attributes: { owner: 'Me', version: null } } })
  expect([(await make('fresh')).status, (await make('fresh')).status]).toEqual([200, 409])
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
