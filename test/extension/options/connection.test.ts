import { expect, test, vi } from 'vitest'

vi.mock('wxt/browser', () => ({ browser: {} }))

const { describe: describeConnection } = await import('../../../extension/options/connection.tsx')

const s = 1_000
const url = 'http://127.0.0.1:7420'
const user = { uuid: 'u', handle: 'ana', name: 'analyst-1', role: 'Security analyst', permissions: [] }
test.each([
  [
    { state: 'live', version: '1.4.0', user, pairedAt: 0 },
    'Paired with 127.0.0.1:7420',
    'Version 1.4.0, as analyst-1, Security analyst. Paired 9 days ago.',
  ],
  [{ state: 'away', since: 0, nextTry: 1 }, '127.0.0.1:7420 does not answer', 'Start it with `npm start`.'],
  [
    { state: 'away', since: null, nextTry: 1, silent: true },
    '127.0.0.1:7420 does not answer',
    'It takes the connection and says nothing: stop the daemon, and start it again with `npm start`.',
  ],
  [{ state: 'unpaired', why: 'revoked' }, 'Not paired', 'The daemon no longer knows this browser. Try again, or pair it anew.'],
  [
    { state: 'version', daemon: '1.3.0', extension: '1.4.0', update: 'daemon' },
    'Versions differ',
    'This daemon is 1.3.0, the extension is 1.4.0. Update the daemon.',
  ],
] as const)('options say of %j', (connection, head, says) =>
  expect(describeConnection({ url, connection }, 9 * 86_400 * s)).toEqual([head, says]))
