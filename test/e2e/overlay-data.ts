import type { Connection, IpFacts, MarkKind, Settings, SignalDetails, SignalRow, User } from '../../extension/messages.ts'
import { defaultSettings } from '../../extension/settings.ts'
import { defaultRoles } from '../../shared/permissions.ts'

const min = 60_000
const hour = 60 * min

/** A night of a few hosts, with documentation addresses and one attacker that everybody knows. */
const lines = `Dec 10 02:41:50 web-2 nginx: 203.0.113.9 - - "GET /.env HTTP/1.1" 404 153 "-" "zgrab/0.x"
Dec 10 02:41:51 web-2 nginx: 203.0.113.9 - - "GET /wp-login.php HTTP/1.1" 404 153 "-" "zgrab/0.x"
Dec 10 02:52:03 web-2 nginx: 192.0.2.45 - - "GET /static/../../etc/passwd HTTP/1.1" 400 150 "-" "curl/8.5.0"
Dec 10 02:58:30 auth-1 auth-api[911]: login ok user=ana.admin client=203.0.113.77 mfa=push session=7c1e
Dec 10 02:59:58 LabSZ sshd[24866]: Accepted publickey for sam from 203.0.113.10 port 51882 ssh2
Dec 10 03:02:27 LabSZ sshd[24868]: Invalid user zhangyan from 183.62.140.253
Dec 10 03:02:29 LabSZ sshd[24868]: Failed password for invalid user zhangyan from 183.62.140.253 port 33521 ssh2
Dec 10 03:02:29 LabSZ sshd[24868]: Received disconnect from 183.62.140.253: 11: Bye Bye [preauth]
Dec 10 03:02:33 LabSZ sshd[24872]: Failed password for root from 183.62.140.253 port 34263 ssh2
Dec 10 03:03:35 web-2 nginx: 198.51.100.140 - - "POST /contact HTTP/1.1" 403 0 "-" "-"
Dec 10 03:03:41 LabSZ sshd[24910]: Failed password for deploy from 198.51.100.23 port 40112 ssh2
Dec 10 03:08:39 LabSZ sshd[24961]: Accepted password for deploy from 198.51.100.23 port 40702 ssh2
Dec 10 03:08:57 LabSZ sudo:   deploy : TTY=pts/2 ; PWD=/home/deploy ; USER=root ; COMMAND=/usr/bin/id
Dec 10 03:09:12 web-2 nginx: 2001:db8:4f::7 - - "GET /api/v1/users HTTP/1.1" 404 98 "-" "python-requests/2.32"
Dec 10 03:10:20 auth-1 auth-api[911]: login failed user=jo client=192.0.2.14 reason=bad_password
Dec 10 03:11:02 web-2 nginx: 203.0.113.10 - - "GET /health HTTP/1.1" 200 15 "-" "probe/3"`

export const kinds: Record<string, MarkKind> = {
  '203.0.113.9': 'match',
  '203.0.113.77': 'match',
  '183.62.140.253': 'signal',
  '198.51.100.23': 'signal',
  '198.51.100.140': 'blocked',
  '203.0.113.10': 'trusted',
}

const style = `:root { color-scheme: light dark } body { margin: 0; background: light-dark(#fff, #1b1b1d); color: light-dark(#24292f, #d0d0d4); font: 13px/1.4 Arial, sans-serif }
nav { padding: 10px 16px; background: light-dark(#f3f3f3, #262629) } pre { margin: 0; padding: 8px 16px; font: 12.5px/26px monospace; overflow: hidden }`
export const wrap = (body: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Logs</title><style>${style}</style></head><body>${body}</body></html>`
export const logPage = wrap(
  `<nav><b>Logs</b> all hosts</nav><main><pre>${lines.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</pre></main>`,
)

const signalOf = (id: string, more: Partial<SignalRow>): SignalRow => ({
  id,
  version: 1,
  timestamp: Date.now() - 9 * min,
  title: 'SSH brute force',
  severity: 'high',
  state: 'open',
  assignee: null,
  services: ['sshd'],
  env: 'prod',
  ip: '183.62.140.253',
  verdict: 'malicious',
  users: ['root'],
  events_matched: 286,
  first_seen: Date.now() - 2 * hour,
  last_seen: Date.now() - 9 * min,
  locked: false,
  archive: null,
  ...more,
})
export const signals = {
  force: () => signalOf('s1', { assignee: { uuid: 'u1', handle: 'analyst-1', name: 'analyst-1' } }),
  users: () => signalOf('s2', { title: 'Invalid users', severity: 'low', last_seen: Date.now() - hour }),
  locked: () => signalOf('s3', { title: 'Web scanner', severity: 'medium', locked: true }),
}

const match = (name: string, category: string, intention: 'malicious' | 'suspicious', age_ms: number) => ({
  indicator: '183.62.140.253',
  type: 'IP' as const,
  category,
  intention,
  source: { name },
  age_ms,
  stale: false,
})
const heights = [0, 0, 1, 0, 2, 1, 0, 0, 3, 2, 0, 4, 6, 2, 1, 0, 2, 5, 9, 22, 38, 44, 40, 47]
export const factsOf = (address: string, more: Partial<IpFacts> = {}): IpFacts => ({
  address,
  version: address.includes(':') ? 6 : 4,
  scope: 'public',
  verdict: null,
  matches: [],
  known_good: [],
  blocked: null,
  pass: null,
  signals: { open: 0, total: 0, latest: [] },
  logs: { count: 0, first_seen: null, last_seen: null, services: [], users: [], histogram: [] },
  ...more,
})
export const bruteForce = (): IpFacts =>
  factsOf('183.62.140.253', {
    geo: { country_code: 'CN', country: 'China' },
    asn: { number: 4134, organization: 'Chinanet' },
    verdict: 'malicious',
    matches: [
      match('ipsum, on 8 lists', 'scanner', 'malicious', 2 * hour),
      { ...match('Team watchlist', 'attack', 'suspicious', 150 * hour), indicator: '183.62.140.0/24' },
    ],
    signals: { open: 2, total: 2, latest: [signals.force(), signals.users()] },
    logs: {
      count: 229,
      first_seen: Date.now() - 220 * hour,
      last_seen: Date.now() - 9 * min,
      services: [{ value: 'sshd', count: 229 }],
      users: ['root', 'zhangyan', 'dff', 'admin', 'oracle'].map((value, i) => ({ value, count: 121 - 20 * i })),
      histogram: heights.map((count, i) => ({ time: Date.now() - (24 - i) * hour, count })),
    },
  })
export const facts: Record<string, IpFacts> = {
  '183.62.140.253': bruteForce(),
  '10.0.0.5': factsOf('10.0.0.5', { scope: 'private' }),
  '192.0.2.45': factsOf('192.0.2.45', { scope: 'documentation' }),
  '198.51.100.23': factsOf('198.51.100.23', { signals: { open: 1, total: 3, latest: [signals.locked()] } }),
}
export const details: Record<string, SignalDetails> = {
  s1: {
    row: signals.force(),
    rule: 'SSH brute force',
    message: '## What happened\n`183.62.140.253` failed to log in.\n<img src=x onerror=alert(1)>\n\n## Triage\n1. Look the address up.',
    condition: 'failures > 5',
    queries: [{ name: 'failures', query: 'source:sshd @evt.outcome:failure', value: 286 }],
    addresses: [{ value: '183.62.140.253', verdict: 'malicious', knownGood: [] }],
    hosts: ['LabSZ'],
    samples: ['root', 'admin', 'oracle', 'dff'].map((user, i) => ({
      time: Date.now() - (9 + i) * min,
      text: `Failed password for invalid user ${user} from 183.62.140.253 port ${33521 + i} ssh2`,
    })),
    tags: ['technique:T1110-brute-force'],
    timeline: [],
  },
}
const user: User = { uuid: 'u1', handle: 'analyst-1', name: 'Analyst One', role: '', permissions: [...defaultRoles.Standard] }
export const live = { state: 'live', version: '1', user, pairedAt: 0 } satisfies Connection
export const settings: Settings = { ...defaultSettings, marks: { ...defaultSettings.marks, unknown: true } }
