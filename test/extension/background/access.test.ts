import { expect, test } from 'vitest'
import { createAccess } from '../../../extension/background/access.ts'
import { type Body, problemsOf, Refused, reasonOf } from '../../../extension/background/send.ts'
import { createSetup } from '../../../extension/background/setup.ts'
import { toFigures } from '../../../extension/background/setup-wire.ts'

/** A daemon of answers by method and path; what was asked is kept. */
function daemonOf(answers: Record<string, object | (() => object)>) {
  const asked: string[] = []
  const bodies: (Body | undefined)[] = []
  let renewed = 0
  return {
    asked,
    bodies,
    renewed: () => renewed,
    async request(method: string, path: string, body?: Body) {
      asked.push(`${method} ${path}`)
      bodies.push(body)
      const answer = answers[`${method} ${path}`] ?? {}
      return (typeof answer === 'function' ? answer() : answer) as never
    },
    renew: async () => void renewed++,
  }
}
const wireUser = (roles: string[], attributes: object = {}) => ({
  data: {
    id: 'u-1',
    type: 'users',
    attributes: { handle: 'kim', name: 'Kim', email: 'k@example.com', title: null, disabled: false, ...attributes },
    relationships: { roles: { data: roles.map(id => ({ id, type: 'roles' })) } },
  },
})
const form = { name: 'Kim', email: 'k@example.com', title: '', roles: ['r-2', 'r-1'] }

test('a user gets the new role before the old one goes, and only what changed is written', async () => {
  const daemon = daemonOf({ 'GET /api/v2/users/u-1': wireUser(['r-1', 'r-2']) })
  await createAccess(daemon).changeUser({ id: 'u-1', before: form, after: { ...form, title: 'On call', roles: ['r-2', 'r-3'] } })
  expect(daemon.asked).toEqual([
    'GET /api/v2/users/u-1',
    'PATCH /api/v2/users/u-1',
    'POST /api/v2/roles/r-3/users',
    'DELETE /api/v2/roles/r-1/users',
    'GET /api/v2/users/u-1',
  ])
  expect(daemon.bodies[1]).toMatchObject({ data: { attributes: { title: 'On call' } } })
})

test('changed meanwhile → 409 with who did it, and nothing is written', async () => {
  const event = { data: [{ attributes: { timestamp: new Date().toISOString(), attributes: { usr: { name: 'Ana' } } } }] }
  const daemon = daemonOf({ 'GET /api/v2/users/u-1': wireUser(['r-1', 'r-2'], { name: 'Kimberly' }), 'POST /api/local/explorer': event })
  const change = createAccess(daemon).changeUser({ id: 'u-1', before: form, after: { ...form, title: 'On call' } })
  await expect(change).rejects.toMatchObject({ status: 409, message: expect.stringContaining('Ana changed it just now') })
  expect(daemon.asked.some(one => one.startsWith('PATCH'))).toBe(false)
})

test('403 → the session is opened anew, so that what may be done is drawn anew', async () => {
  const daemon = daemonOf({
    'DELETE /api/v2/roles/r-1': () => {
      throw new Refused(403, 'This needs the permission user_access_manage')
    },
  })
  await expect(createAccess(daemon).deleteRole({ id: 'r-1' })).rejects.toThrow('user_access_manage')
  expect(daemon.renewed()).toBe(1)
})

test('a list of several pages', async () => {
  const page = (from: number, count: number) => ({
    data: Array.from({ length: count }, (_, i) => ({ id: `u-${from + i}`, attributes: {} })),
    meta: { page: { total_count: 130 } },
  })
  const daemon = daemonOf({
    'GET /api/v2/users?page[size]=100&page[number]=0': page(0, 100),
    'GET /api/v2/users?page[size]=100&page[number]=1': page(100, 30),
  })
  expect((await createAccess(daemon).users({})).users.at(-1)?.id).toBe('u-129')
})

test('settings: only what was changed is sent', async () => {
  const times = { acknowledge: '15m', resolve: null }
  const names = ['critical', 'high', 'medium', 'low', 'info'] as const
  const due = Object.fromEntries(names.map(name => [name, times])) as Record<(typeof names)[number], typeof times>
  const stored = { data: { attributes: { triage: { assign_on_act: false, due }, version: 'v1' } } }
  const daemon = daemonOf({ 'GET /api/local/settings': stored, 'PATCH /api/local/settings': stored })
  const before = { assignOnAct: false, due }
  const after = { ...before, due: { ...due, high: { acknowledge: '1h', resolve: null } } }
  await createSetup(daemon).setTriageSettings({ before, after })
  expect(daemon.bodies[1]).toEqual({
    data: { type: 'settings', attributes: { triage: { due: { high: { acknowledge: '1h' } } }, version: 'v1' } },
  })
})

test('somebody saves between the look and the change → 409 with who did it', async () => {
  const event = { data: [{ attributes: { timestamp: new Date().toISOString(), attributes: { usr: { name: 'Ana' } } } }] }
  let looks = 0
  const daemon = daemonOf({
    'GET /api/v2/users/u-1': () => wireUser(['r-1', 'r-2'], looks++ === 0 ? {} : { name: 'Kimberly' }),
    'PATCH /api/v2/users/u-1': () => {
      throw new Refused(409, 'Somebody changed the user in the meantime: read it again')
    },
    'POST /api/local/explorer': event,
  })
  const change = createAccess(daemon).changeUser({ id: 'u-1', before: form, after: { ...form, title: 'On call' } })
  await expect(change).rejects.toMatchObject({ status: 409, message: expect.stringContaining('Ana changed it just now') })
})

test.each([
  [
    { errors: ['Forbidden', 'Only who has the permission logs_write may hand it out'] },
    'Only who has the permission logs_write may hand it out',
  ],
  [{ errors: ['Forbidden'] }, 'Your role, or the key of this browser, does not allow it.'],
])('%j says %s', (body, said) => expect(reasonOf({ status: 403, body, version: null })).toBe(said))
test.each([
  [
    "input_validation_error(Field 'data.attributes.email' is invalid: Invalid email address)",
    { field: 'data.attributes.email', message: 'Invalid email address' },
  ],
  [
    "input_validation_error(Field 'data.attributes.x_local.restriction_queries.logs' is invalid: A (b) is open. (characters 2 to 5))",
    { field: 'data.attributes.x_local.restriction_queries.logs', message: 'A (b) is open.', at: [2, 5] },
  ],
])('%s', (error, problem) => expect(problemsOf({ status: 400, body: { errors: [error] }, version: null })).toEqual([problem]))

test('figures of the wrong type are left out', () =>
  expect(toFigures({ group: 7, signals: 'x', time_to_resolve: { median: 'soon', p90: 5 } })).toMatchObject({
    ...{ group: '', signals: 0, falsePositiveRate: null },
    toResolve: { median: null, p90: 5 },
  }))
