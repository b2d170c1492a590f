// One small company: a shop, its login service, its mail, its jobs. Addresses are those that RFC 5737, RFC 3849 and RFC 1918 set aside.

/** What whoever ships the lines says of them all. */
export interface Sender {
  service?: string
  source?: string
  host?: string
  tags: string[]
}

export interface Person {
  name: string
  /** Where they work from. */
  home: string
  key: string
}

/** Who works here. */
export const people: readonly Person[] = [
  { name: 'sam', home: '203.0.113.10', key: 'q1Zr0p6yMhJ2vTnB8sKfWc3xLdEo5GaUi7RtYbNwHe4' },
  { name: 'jo', home: '10.20.0.21', key: 'Lk2vPzX9cRbYtWmQ4hJdSgNf6Ua8Eo1Ti3KrVxBpMy0' },
  { name: 'lea', home: '10.20.0.34', key: 'Ha7dFsT5mXcKqZyR2wPvBn9LgJe1Uo4Ii6VtYrNbSxQ' },
  { name: 'ana.admin', home: '10.20.0.8', key: 'Tz3nWqB6kYrHsVx1cPmDg8JfLa0Eu5Oi2RtNbSyKwXe' },
  { name: 'deploy', home: '10.0.9.5', key: 'Xb8mKtR4yQwNsPz2vHcJd6GfLe1Ua3Oi5TrVnBxSyWk' },
]

const shop = (host: string, env: string, more: string[] = []): Sender => ({
  service: 'shop-web',
  source: 'nginx',
  host,
  tags: [`env:${env}`, 'team:shop', ...more],
})

/** The machines and services whose lines come in, by what their shipper says of them. */
export const senders = {
  syslog: { tags: ['env:prod', 'team:platform'] },
  syslogStaging: { tags: ['env:staging', 'team:platform'] },
  web1: shop('web-1', 'prod'),
  web2: shop('web-2', 'prod'),
  staging: shop('staging-1', 'staging'),
  authStaging: { service: 'auth-api', source: 'nodejs', host: 'staging-1', tags: ['env:staging', 'team:identity'] },
  mail: { service: 'mail-relay', source: 'mail-relay', host: 'mail-1', tags: ['env:prod', 'team:platform'] },
  jobs: { service: 'job-runner', source: 'job-runner', host: 'jobs-1', tags: ['env:prod', 'team:platform'] },
} satisfies Record<string, Sender>

/** Browsers and programs that read the shop on an ordinary day. */
export const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
] as const

/** The attackers of the story, by what they do. */
export const attackers = {
  entered: '198.51.100.23',
  guessing: '203.0.113.40',
  scanning: '203.0.113.9',
  tor: '203.0.113.77',
  vpn: '192.0.2.200',
  stuffing: '192.0.2.14',
  traversing: '192.0.2.45',
  scripting: '192.0.2.60',
  leaking: '192.0.2.88',
  phishing: '198.51.100.140',
  enumerating: '198.51.100.61',
  hammering: '2001:db8:4f::7',
} as const

/** Ordinary visitors: none of them stands in a feed or in the story. */
export const visitor = (n: number): string =>
  n % 5 === 0
    ? `2001:db8:b:${(n % 97).toString(16)}::${(n % 13) + 1}`
    : n % 2 === 0
      ? `198.51.100.${64 + (n % 60)}`
      : `203.0.113.${130 + (n % 60)}`
