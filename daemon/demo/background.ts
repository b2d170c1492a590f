import { access, type DemoLine, json, logfmt, login, nginxError, session, structured, syslog } from './line.ts'
import type { Random } from './random.ts'
import { agents, people, senders, visitor } from './world.ts'

const second = 1000
const hour = 3_600_000

const pages = [
  '/',
  '/',
  '/cart',
  '/checkout',
  '/search?q=lamp',
  '/search?q=oak+table',
  '/help/returns',
  '/account',
  '/favicon.ico',
  '/app.css',
]
const products = ['lamp', 'chair', 'table', 'rug', 'shelf', 'vase', 'clock', 'mirror']
const jobs = ['thumbnails', 'invoices', 'stock-sync', 'newsletter', 'search-index']
const commands = ['/usr/bin/systemctl reload nginx', '/usr/bin/journalctl -u nginx', '/usr/bin/apt-get update', '/usr/bin/ss -ltnp']
const crons = ['run-parts /etc/cron.hourly', '/usr/lib/sysstat/debian-sa1 1 1', '/usr/local/bin/rotate-tokens']

const staff = (random: Random) => random.pick(people)

function visit(random: Random, time: number): DemoLine[] {
  const where = random.pick([senders.web1, senders.web2, senders.web2])
  const client = visitor(random.int(0, 600))
  const agent = random.pick(agents)
  const page = random.chance(0.5) ? random.pick(pages) : `/item/${random.pick(products)}-${random.int(1, 40)}`
  const code = random.chance(0.04) ? 404 : random.chance(0.1) ? 304 : 200
  return [
    access(time, where, { client, path: page, code, bytes: random.int(400, 24_000), referer: 'https://shop.example.com/', agent }),
    ...(random.chance(0.4)
      ? [
          access(time + second, where, {
            client,
            path: `/img/${random.pick(products)}.webp`,
            code: 200,
            bytes: random.int(9_000, 90_000),
            agent,
          }),
        ]
      : []),
  ]
}

function buy(random: Random, time: number): DemoLine[] {
  const client = visitor(random.int(0, 600))
  const refused = random.chance(0.15)
  return [
    access(time, senders.web1, {
      client,
      method: 'POST',
      path: refused ? '/account/login' : '/checkout',
      code: refused ? 401 : 302,
      agent: random.pick(agents),
    }),
  ]
}

function upstream(random: Random, time: number): DemoLine[] {
  const client = visitor(random.int(0, 600))
  const request = `GET /item/${random.pick(products)}-${random.int(1, 40)} HTTP/1.1`
  const message = random.chance(0.5)
    ? `upstream timed out (110: Connection timed out) while reading response header from upstream, client: ${client}, server: shop.example.com, request: "${request}", upstream: "http://10.0.2.20:8080", host: "shop.example.com"`
    : `a client request body is buffered to a temporary file /var/lib/nginx/body/00000${random.int(10_000, 99_999)}, client: ${client}, server: shop.example.com, request: "${request}", host: "shop.example.com"`
  return [nginxError(time, senders.web2, message.startsWith('a ') ? 'warn' : 'error', random.pid(), message)]
}

// one in eight mistypes first
function signIn(random: Random, time: number): DemoLine[] {
  const { name, home } = staff(random)
  const how = { auth: { mfa: random.pick(['push', 'totp', 'key']) }, session: random.hex(8) }
  if (random.chance(0.88)) return [login(time, name, home, 'success', how)]
  return [login(time, name, home, 'failure'), login(time + 9 * second, name, home, 'success', how)]
}

const token = (random: Random, time: number): DemoLine[] => {
  const { name, home } = staff(random)
  const attributes = {
    evt: { name: 'token_refresh' },
    usr: { name },
    network: { client: { ip: home } },
    duration: random.int(2, 40) * 1_000_000,
  }
  return [json(time, 'info', `token refreshed for ${name}`, attributes)]
}

const stagingApi = (random: Random, time: number): DemoLine[] => [
  logfmt(time, senders.authStaging, {
    level: random.chance(0.05) ? 'warn' : 'info',
    msg: random.pick(['session checked', 'token refreshed', 'profile read']),
    'network.client.ip': `10.1.0.${random.int(20, 60)}`,
    'usr.name': staff(random).name,
    duration_ms: random.int(2, 90),
  }),
]

function ssh(random: Random, time: number): DemoLine[] {
  const host = random.pick(['bastion-1', 'bastion-1', 'staging-1'])
  const who = staff(random)
  const [pid, port] = [random.pid(), random.port()]
  if (random.chance(0.7)) return session(time, host, who, pid, port, random.int(60, 1500) * second)
  if (random.chance(0.4)) return [syslog(time, host, 'sshd', pid, `Failed password for ${who.name} from ${who.home} port ${port} ssh2`)]
  return [syslog(time, host, 'sshd', pid, `Connection closed by ${visitor(random.int(0, 600))} port ${port} [preauth]`)]
}

function sudo(random: Random, time: number): DemoLine[] {
  const { name } = staff(random)
  const host = random.pick(['bastion-1', 'web-1', 'web-2'])
  const line = `${name} : TTY=pts/${random.int(0, 4)} ; PWD=/home/${name} ; USER=root ; COMMAND=${random.pick(commands)}`
  return [syslog(time, host, 'sudo', undefined, line)]
}

const cron = (random: Random, time: number): DemoLine[] => [
  syslog(time, random.pick(['web-1', 'web-2', 'jobs-1', 'mail-1']), 'CRON', random.pid(), `(root) CMD (${random.pick(crons)})`),
]

function mail(random: Random, time: number): DemoLine[] {
  const id = random.hex(10).toUpperCase()
  const client = random.chance(0.6) ? '10.0.2.20' : visitor(random.int(0, 600))
  const to = `${random.pick(people).name}@example.com`
  const common = { level: 'info', service: 'mail-relay', queue_id: id }
  return [
    logfmt(time, senders.mail, {
      ...common,
      msg: 'message accepted',
      client,
      from: 'orders@example.com',
      to,
      size: random.int(900, 60_000),
    }),
    logfmt(time + 2 * second, senders.mail, { ...common, msg: 'message delivered', to, delay_ms: random.int(80, 4000), code: '2.0.0' }),
  ]
}

function job(random: Random, time: number): DemoLine[] {
  const name = random.pick(jobs)
  const failed = random.chance(0.03)
  const data = { name, run: random.hex(6), duration_ms: random.int(40, 9000), host: `10.0.5.${random.int(11, 14)}` }
  return [structured(time, failed ? 4 : 6, failed ? 'RETRY' : 'DONE', data, failed ? `${name} will be tried again` : `${name} finished`)]
}

/** Meant to be plain: what a backup script prints, with nothing but a time in front. */
const backup = (random: Random, time: number): DemoLine[] => [
  {
    time,
    text: `${new Date(time).toISOString()} backup of orders finished, ${random.int(120, 180)} files to 10.0.5.40`,
    sender: { service: 'backup', source: 'backup', host: 'jobs-1', tags: ['env:prod', 'team:platform'] },
  },
]

/** What happens on an ordinary day, and how often. */
const events = [
  { perDay: 1800, make: visit },
  { perDay: 160, make: buy },
  { perDay: 40, make: upstream },
  { perDay: 420, make: signIn },
  { perDay: 330, make: token },
  { perDay: 240, make: stagingApi },
  { perDay: 210, make: ssh },
  { perDay: 110, make: sudo },
  { perDay: 240, make: cron },
  { perDay: 220, make: mail },
  { perDay: 360, make: job },
  { perDay: 24, make: backup },
] as const
const total = events.reduce((sum, { perDay }) => sum + perDay, 0)

// Fewer people are awake at four in the morning (UTC) than at four in the afternoon.
const awake = (time: number) => 0.6 - 0.4 * Math.cos(((new Date(time).getUTCHours() - 4) / 24) * 2 * Math.PI)

/** The ordinary lines from `from` to `to` (ms UTC), about 5,000 a day, in time order. They raise no signal. */
export function background(random: Random, from: number, to: number): DemoLine[] {
  const lines: DemoLine[] = []
  for (const { perDay, make } of events) {
    const count = Math.round((perDay * (to - from)) / (24 * hour))
    for (let n = 0; n < count; n++) {
      let time = random.int(from, to)
      while (!random.chance(awake(time))) time = random.int(from, to)
      lines.push(...make(random, time))
    }
  }
  return inOrder(lines, to)
}

/** One ordinary line of now, ms UTC. */
export function ordinaryLine(random: Random, time: number): DemoLine {
  let left = random.int(1, total)
  const event = events.find(({ perDay }) => (left -= perDay) <= 0)!
  return event.make(random, time)[0]!
}

/** In time order, without what has not happened by `to`. */
export const inOrder = (lines: DemoLine[], to: number): DemoLine[] => lines.filter(({ time }) => time <= to).sort((a, b) => a.time - b.time)
