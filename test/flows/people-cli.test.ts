import { expect, test } from 'vitest'
import { callCommand } from '../command.ts'
import { startDaemon } from '../daemon.ts'

// The commands for users, roles and keys, against a daemon on a port.
const daemon = await startDaemon({ port: true })
const env = {
  SIGNALBOX_DATA: daemon.dir,
  SIGNALBOX_URL: daemon.url,
  SIGNALBOX_API_KEY: daemon.apiKey,
  SIGNALBOX_APP_KEY: daemon.admin.key.secret,
}
const call = (...args: string[]) => callCommand(args, { env })
const signals = '/api/v2/security_monitoring/signals'

test('a role, a user who has it, a key of theirs: in four commands they see what the role shows', async () => {
  expect(await call('roles', 'create', 'Web desk', '--like', 'security-analyst', '--signals', 'service:web')).toMatchObject({ code: 0 })
  expect(await call('users', 'create', 'wanda@example.com', '--role', 'web-desk')).toMatchObject({
    code: 0,
    err: expect.stringContaining('wanda@example.com can act here as Web desk.'),
  })
  const { code, out } = await call('keys', 'create', 'laptop', '--user', 'wanda@example.com', '--expires', '30d')
  expect(code).toBe(0)
  const wanda = daemon.callerWith({ apiKey: daemon.apiKey, applicationKey: out.trim() })
  expect((await wanda.get('/api/v2/current_user')).at('data.attributes.handle')).toBe('wanda@example.com')
  expect((await wanda.get(signals)).status).toBe(200)
  const list = (await call('roles', 'list')).out
  expect(list).toMatch(/Web desk +1 +\d+ +service:web +all/)
  expect((await call('roles', 'change', 'Web desk', '--revoke', 'security_monitoring_signals_read')).code).toBe(0)
  expect((await wanda.get(signals)).status).toBe(403)
  expect((await call('roles', 'give', 'read-only', 'wanda@example.com')).code).toBe(0)
  expect((await wanda.get(signals)).status).toBe(200)
  expect((await call('roles', 'take', 'read-only', 'wanda@example.com')).code).toBe(0)
  expect((await call('roles', 'delete', 'web-desk')).code).toBe(0)
  expect((await wanda.get(signals)).status).toBe(403)
  expect((await call('users', 'disable', 'wanda@example.com')).code).toBe(0)
  expect((await wanda.get('/api/v2/current_user')).status).toBe(403)
  expect((await call('users', 'enable', 'wanda@example.com')).code).toBe(0)
  expect((await call('users', 'change', 'wanda@example.com', '--name', 'Wanda')).code).toBe(0)
  expect((await call('users', 'list')).out).toMatch(/wanda@example.com +Wanda/)
})
test.each([
  [['roles', 'create', 'Bad', '--signals', 'service:('], 1, 'restriction_queries.signals'],
  [['roles', 'change', 'admin', '--name', 'Boss'], 1, 'clone it'],
  [['roles', 'give', 'nobody', 'ada@example.com'], 2, 'There is no role nobody: admin, standard, read-only, security-analyst'],
  [['roles', 'create', 'X', '--permissions', 'all'], 2, 'There is no permission all'],
  [['users', 'disable', 'ada@example.com'], 1, 'last administrator'],
  [['users', 'disable', 'ghost'], 1, 'Nobody here is called ghost'],
  [['users', 'change', 'ada@example.com'], 2, 'Say what to change'],
  [['keys', 'create', 'x', '--expires', 'soon'], 2, '--expires takes a time'],
  [['keys', 'create', 'x', '--scopes', 'everything'], 1, 'scopes'],
])('%j → %i and a sentence', async (args, code, says) => {
  const answer = await call(...args)
  expect([answer.code, answer.err]).toEqual([code, expect.stringContaining(says)])
})
