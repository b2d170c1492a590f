import { describe, expect, test } from 'vitest'
import { isDaemonUrl, readRequest, type Sender } from '../../../extension/background/guards.ts'
import { mostTold, nothingRead } from '../../../extension/messages.ts'
import { newNames } from '../../../extension/page/looks.ts'
import { defaultSettings } from '../../../extension/settings.ts'

const self = { id: 'me', root: 'chrome-extension://me/' }
const popup: Sender = { id: 'me', url: 'chrome-extension://me/popup.html', origin: 'chrome-extension://me' }
const page: Sender = { id: 'me', url: 'https://logs.example.net/x', origin: 'https://logs.example.net', frameId: 0, tab: { id: 7 } }
const frame: Sender = { ...page, frameId: 3, tab: { id: 7, url: 'https://logs.example.net/' } }
const layerNames = Object.values(newNames())
const ids = [{ id: 'AQ-_x', version: 3 }]
const big = 'x'.repeat(2_000_000)
const read = (message: unknown, sender: Sender = popup) => readRequest(message, sender, self)

test.each([
  ['a page of the extension', popup, '0b1c6f5e-0000-4000-8000-000000000001', true],
  ['a page of the extension', popup, 'x'.repeat(300), false],
  ['a page of the extension', popup, 7, false],
  ['somebody else’s page', page, '0b1c6f5e-0000-4000-8000-000000000001', false],
])('%s asks with the key %j → taken: %4$s', (_, from, once, taken) => {
  const asked = read({ type: 'status', once }, from)
  expect(asked && [asked.request, asked.once]).toEqual(taken ? [{ type: 'status' }, once] : undefined)
})

describe('taken', () => {
  test.each([
    { type: 'status' },
    { type: 'pair', url: 'http://127.0.0.1:7420', code: 'K7QF-2MXD' },
    { type: 'queue', state: 'open' },
    { type: 'queue', state: 'archived', filter: { mine: true, severity: 'high', service: 'sshd' } },
    { type: 'move', ids, state: 'archived', reason: 'false_positive', comment: 'ours' },
    { type: 'assign', ids, to: 'me' },
    { type: 'lookup', ip: '2001:db8::1' },
    { type: 'marks', values: ['203.0.113.9', '::1', 'evil.example', 'https://evil.example/a'] },
    { type: 'marks', values: [] },
    { type: 'seen', ...nothingRead, bad: 3, spoken: ['203.0.113.9'] },
    { type: 'dress', names: layerNames },
    { type: 'setAllSites', on: true },
    { type: 'showCard', ip: '203.0.113.9' },
    { type: 'signal', id: 'AQ-_x' },
    { type: 'setSite', origin: 'https://logs.example.net:8443', on: true },
    { type: 'forgetSite', origin: 'http://localhost:3000' },
    { type: 'rules' },
    { type: 'saveRule', source: '{}', id: 'default-x', version: 2 },
    { type: 'switchRule', id: 'a', version: 1, on: false },
    { type: 'backtest', id: 'a', from: 'now-7d' },
    { type: 'importRules', files: [{ path: 'a/b.yml', text: 'title: x' }], dryRun: true },
    { type: 'importRules', files: [], archive: 'UEsDBA==', dryRun: false },
    {
      type: 'addFeed',
      feed: { name: 'F', format: 'csv', category: 'attack', intention: 'malicious', columns: { value: 'ip', score: 3 } },
      content: 'YQ==',
    },
    {
      type: 'addFeed',
      feed: {
        ...{ name: 'F', format: 'stix', category: 'attack', intention: 'malicious', url: 'https://taxii.example/', hours: 4, via: 'taxii' },
        auth: { type: 'basic', name: 'me' },
      },
      secret: 'hush hush',
    },
    { type: 'setFeedSecret', id: 'f', secret: null },
    { type: 'importBundle', content: 'YQ==', dryRun: true },
    { type: 'indicator', value: 'evil.example' },
    {
      type: 'changeUser',
      id: 'a',
      before: { name: 'K', email: 'k@x.y', title: '', roles: ['r'] },
      after: { name: 'K', email: 'k@x.y', title: '', roles: [] },
    },
    { type: 'createRole', role: { name: 'R', permissions: ['logs_read_data'], signals: 'status:high', logs: '' } },
    { type: 'createKey', kind: 'api', name: 'shipper', scopes: null, expiresAt: null },
    { type: 'createKey', kind: 'application', owner: 'u-1', name: 'report', scopes: ['logs_read_data'], expiresAt: 5 },
    { type: 'putService', before: null, service: { name: 'shop/web', owner: '', onCall: '', url: '', about: '' } },
    { type: 'triageFigures', from: 'now-30d' },
    { type: 'cases', filter: 'status:open', sort: 'created_at', ascending: false, page: 1, size: 100 },
    { type: 'createCase', given: { title: 'T', description: '', priority: 'P1', project: 'SEC', type: 'x' }, signals: ['a'] },
    { type: 'changeCase', id: 'SEC-1', version: 2, change: { status: 'CLOSED', reason: 'OTHER' } },
    { type: 'unlinkFromCase', id: 'a', kind: 'EVIDENCE', thing: 'https://x.example/' },
    {
      type: 'declareIncident',
      given: { title: 'T', severity: 'SEV-1', commander: '', impacted: true, scope: 'All' },
      signals: ['a'],
      case: 'SEC-1',
    },
    { type: 'changeIncident', id: '7', version: 2, change: { state: 'stable', impactEnd: null } },
    { type: 'addToIncident', id: '7', more: { part: 'link', text: 'Graph', url: 'https://x.example/' } },
    { type: 'setSettings', theme: 'dark' },
    { type: 'setSettings', ...defaultSettings },
  ])('%j', message => expect(read(message)?.request).toEqual(message))
})

describe('refused', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'status'],
    ['a list', [{ type: 'status' }]],
    ['no type', { url: 'http://127.0.0.1' }],
    ['unknown type', { type: 'fetch', url: 'http://127.0.0.1:7420/api/local/denylist' }],
    ['a type of every object', { type: 'constructor' }],
    ['__proto__ as type', { type: '__proto__' }],
    ['2 MB as type', { type: big }],
    ['more than asked', { type: 'status', more: 1 }],
    ['__proto__ as key', JSON.parse('{"type":"queue","state":"open","__proto__":{"mine":true}}')],
    ['another prototype', Object.assign(Object.create({ evil: true }), { type: 'status' })],
    ['a missing key', { type: 'pair', url: 'http://127.0.0.1:7420' }],
    ['a permission that is no name', { type: 'createRole', role: { name: 'R', permissions: ['../x'], signals: '', logs: '' } }],
    ['a path as a user', { type: 'switchUser', id: '../roles/1', on: false }],
    ['a role without a name', { type: 'cloneRole', id: 'a', name: ' ' }],
    ['a key of another kind', { type: 'createKey', kind: 'root', name: 'x', scopes: null, expiresAt: null }],
    [
      'settings without a severity',
      { type: 'setTriageSettings', before: { assignOnAct: true, due: {} }, after: { assignOnAct: true, due: {} } },
    ],
    ['2 MB of comment', { type: 'move', ids, state: 'archived', comment: big }],
    ['2 MB of address', { type: 'lookup', ip: big }],
    ['no address', { type: 'lookup', ip: '../../denylist' }],
    ['1,001 values', { type: 'marks', values: Array(1001).fill('::1') }],
    ['2 MB of value', { type: 'marks', values: [big] }],
    ['no signals', { type: 'move', ids: [], state: 'open' }],
    ['a path for an id', { type: 'assign', ids: [{ id: '../x', version: 1 }], to: 'me' }],
    ['a path for a rule', { type: 'rule', id: '../keys' }],
    ['a path for a feed', { type: 'removeFeed', id: 'a/content' }],
    ['any time for a back-test', { type: 'backtest', id: 'a', from: '2026-01-01' }],
    ['what is no base64', { type: 'fillFeed', id: 'a', content: '<html>' }],
    [
      'a column of nothing',
      { type: 'addFeed', feed: { name: 'F', format: 'csv', category: 'a', intention: 'malicious', columns: { value: 0 } } },
    ],
    [
      'an unknown member of a feed',
      { type: 'addFeed', feed: { name: 'F', format: 'csv', category: 'a', intention: 'malicious', id: 'x' } },
    ],
    ['a secret of two lines', { type: 'setFeedSecret', id: 'f', secret: 'a\nX-Other: b' }],
    ['an empty secret', { type: 'setFeedSecret', id: 'f', secret: '' }],
    ['a bundle that is no base64', { type: 'importBundle', content: '{}', dryRun: true }],
    ['1 MB of rule', { type: 'saveRule', source: 'x'.repeat(1_000_000) }],
    ['a version of text', { type: 'assign', ids: [{ id: 'x', version: '1' }], to: 'me' }],
    ['an unknown state', { type: 'queue', state: 'closed' }],
    ['an unknown reason', { type: 'move', ids, state: 'archived', reason: 'because' }],
    ['no uuid of a person', { type: 'assign', ids, to: 'u 2' }],
    ['200 signals, one more than the API takes together', { type: 'move', ids: Array(200).fill(ids[0]), state: 'open' }],
    ['a path for a change', { type: 'undo', changes: ['../signals'] }],
    ['a blank note', { type: 'addNote', id: 'x', text: ' \n' }],
    ['a snooze for ever', { type: 'snooze', ids, until: Infinity, reason: '' }],
    ['a suppression without a name', { type: 'suppress', name: '', rules: '*', hides: '', reason: '' }],
    ['a count below none', { type: 'seen', ...nothingRead, bad: -1 }],
    ['a value for its hash', { type: 'seen', ...nothingRead, told: { bad: ['203.0.113.9'], signals: [] } }],
    ['too many of them', { type: 'seen', ...nothingRead, told: { bad: [], signals: Array.from({ length: mostTold + 1 }, (_, i) => i) } }],
    ['half a count', { type: 'seen', bad: 1 }],
    ['a layer without a name', { type: 'dress', names: layerNames.slice(1) }],
    ['a rule in the name of a layer', { type: 'dress', names: ['n) { } * { display: none } :is(x', ...layerNames.slice(1)] }],
    ['words for an address', { type: 'seen', ...nothingRead, spoken: ['rm -rf'] }],
    ['a path for a signal', { type: 'signal', id: '../../users' }],
    ['2 MB for a signal', { type: 'signal', id: big }],
    ['a daemon elsewhere', { type: 'pair', url: 'http://evil.test:7420', code: 'K7QF-2MXD' }],
    ['a site that is no origin', { type: 'setSite', origin: 'https://logs.example.net/path', on: true }],
    ['a site of the browser', { type: 'setSite', origin: 'chrome://settings', on: true }],
    ['marks of other kinds', { type: 'setSettings', marks: { ...defaultSettings.marks, evil: true } }],
    ['half the marks', { type: 'setSettings', marks: { match: true } }],
  ])('%s', (_, message) => expect(read(message)).toBeUndefined())
})

describe('who may ask', () => {
  const move = { type: 'move', ids, state: 'open' }
  test.each<[string, Sender, object, boolean]>([
    ['a page: lookup', page, { type: 'lookup', ip: '::1' }, true],
    ['a page: move', page, move, true],
    ['a page: assign to whoever sits before it', page, { type: 'assign', ids, to: 'me' }, true],
    ['a page: assign to somebody', page, { type: 'assign', ids, to: 'u-2' }, false],
    ['a page: undo', page, { type: 'undo', changes: ['c'] }, false],
    ['a page: suppress', page, { type: 'suppress', name: 'x', rules: '*', hides: '', reason: '' }, false],
    ['a page: signal', page, { type: 'signal', id: 'AQ-_x' }, true],
    ['a page: openSignal', page, { type: 'openSignal', id: 'AQ-_x' }, true],
    ['a page: openSignal to run a workflow', page, { type: 'openSignal', id: 'AQ-_x', run: true }, true],
    ['a page: openSignal with what to run', page, { type: 'openSignal', id: 'AQ-_x', run: 'w' }, false],
    ['a page: openBlock of an address', page, { type: 'openBlock', targets: [{ kind: 'ip', value: '203.0.113.7' }] }, true],
    ['a page: openBlock of a user', page, { type: 'openBlock', targets: [{ kind: 'user', value: 'root' }] }, false],
    ['a page: openBlock of no address', page, { type: 'openBlock', targets: [{ kind: 'ip', value: 'x' }] }, false],
    ['a page: block', page, { type: 'block', targets: [{ kind: 'ip', value: '203.0.113.7' }], duration: '1h', reason: '' }, false],
    ['a page: dress', page, { type: 'dress', names: layerNames }, true],
    ['a page: loadCard', page, { type: 'loadCard' }, true],
    ['a page: loadCard for another frame', page, { type: 'loadCard', frameId: 3 }, false],
    ['a page: openSignal with an address', page, { type: 'openSignal', id: 'https://evil.test/' }, false],
    ['a page: queue', page, { type: 'queue', state: 'open' }, false],
    ['a page: pair', page, { type: 'pair', url: 'http://127.0.0.1:1', code: 'K7QF-2MXD' }, false],
    ['a page: setAllSites', page, { type: 'setAllSites', on: true }, false],
    ['a page: setPage', page, { type: 'setPage', on: true }, false],
    ['a page: showCard', page, { type: 'showCard', ip: '203.0.113.9' }, false],
    ['a page: here', page, { type: 'here' }, false],
    ['a page: setSite', page, { type: 'setSite', origin: 'https://logs.example.net', on: true }, false],
    ['a page: setSettings', page, { type: 'setSettings', keys: false }, false],
    ['a frame of its own site: move', frame, move, true],
    ['a frame of another site: move', { ...frame, tab: { id: 7, url: 'https://evil.test/' } }, move, false],
    ['a frame of an unknown site: move', { ...frame, tab: { id: 7 } }, move, false],
    ['a frame of another site: lookup', { ...frame, tab: { id: 7 } }, { type: 'lookup', ip: '::1' }, true],
    ['a sandboxed frame: move', { ...frame, origin: 'null' }, move, false],
    ['a page nobody sees yet: move', { ...page, documentLifecycle: 'prerender' }, move, false],
    ['another extension: status', { ...popup, id: 'other' }, { type: 'status' }, false],
    ['nobody: status', {}, { type: 'status' }, false],
    ['an address that only begins like ours: status', { id: 'me', url: 'chrome-extension://mean/' }, { type: 'status' }, false],
  ])('%s → %j', (_, sender, message, taken) => expect(read(message, sender) !== undefined).toBe(taken))

  test('a page is known by tab, frame and origin', () =>
    expect(read({ type: 'settings' }, frame)?.from).toEqual({
      own: false,
      tabId: 7,
      frameId: 3,
      origin: 'https://logs.example.net',
      site: 'https://logs.example.net',
      nested: false,
    }))
  test.each([
    ['a page', { url: 'https://logs.example.net/raw' }, 'https://logs.example.net'],
    ['a frame with an address', { url: 'https://other.test/x', frameId: 3 }, 'https://other.test'],
    ['a frame without one', { url: 'about:srcdoc', frameId: 3 }, 'https://logs.example.net'],
  ])('%s that is sandboxed counts as of its site, and has no origin', (_, sender, site) =>
    expect(read({ type: 'settings' }, { ...frame, ...sender, origin: 'null' })?.from).toMatchObject({ origin: 'null', site, nested: true }))
})

test.each([
  ['http://127.0.0.1:7420', true],
  ['http://localhost', true],
  ['http://localhost:99999', false],
  ['https://127.0.0.1:7420', false],
  ['http://127.0.0.1:7420/', false],
  ['http://127.0.0.1:7420@evil.test', false],
  ['http://127.0.0.1.evil.test', false],
  ['http://2130706433', false],
  ['http://[::1]:7420', false],
])('a daemon at %s: %j', (url, may) => expect(isDaemonUrl(url)).toBe(may))
