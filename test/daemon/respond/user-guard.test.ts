import { expect, test } from 'vitest'
import { createUserGuard } from '../../../daemon/respond/user-guard.ts'
import type { User } from '../../../shared/user.ts'

const user = (uuid: string, given: Partial<User> = {}): User => ({
  ...{ uuid, handle: `${uuid}@corp.example`, email: `${uuid}@corp.example`, name: '', roles: [], disabled: false, created_at: 0 },
  ...given,
})
const all = [user('ana', { name: 'Ana Lima' }), user('root', { handle: 'root' }), user('deploy'), user('gone', { disabled: true })]
let users = new Map(all.map(one => [one.uuid, one]))
const guard = createUserGuard({ users: () => users, isService: uuid => uuid === 'deploy' })
const codes = (value: string, uuid: string | null = null) => guard(value, { uuid }).map(({ code }) => code)

test.each([
  ['ana@corp.example', 'colleague'],
  ['ANA@Corp.Example', 'colleague'],
  ['ana', 'colleague'],
  ['Ana Lima', 'colleague'],
  ['ａｎａ', 'colleague'],
  ['CORP\\ana', 'colleague'],
  ['root', 'colleague'],
  ['deploy@corp.example', 'service_account'],
  ['deploy', 'service_account'],
  ['*', 'anybody'],
  ['adm*', 'anybody'],
  ['%', 'anybody'],
  ['-', 'anybody'],
  ['\u200b', 'anybody'],
  ['Anonymous', 'anybody'],
  ['<unknown>', 'anybody'],
  ['(null)', 'anybody'],
])('%s → %s', (value, code) => expect(codes(value)).toEqual([code]))

test.each(['mallory', 'ana@evil.example', 'anastasia', 'gone', 'nullable', 'root2', '7', 'Zoë'])('%s → nothing against it', value =>
  expect(codes(value)).toEqual([]))

test.each(['ana@corp.example', 'Ana', 'deploy'])('%s, asked for by themselves → their own account', value => {
  const own = value === 'deploy' ? 'deploy' : 'ana'
  expect(codes(value, own)).toEqual(['your_account'])
})

test('somebody new, and one who is renamed → known from then on', () => {
  expect(codes('nia')).toEqual([])
  users = new Map([...users, ['nia', user('nia')]])
  expect(codes('nia')).toEqual(['colleague'])
  users = new Map([...users, ['nia', user('nia', { handle: 'nora', email: '' })]])
  expect([codes('nora'), codes('nia@corp.example')]).toEqual([['colleague'], []])
})
