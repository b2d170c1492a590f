import { access, type DemoLine, syslog } from './line.ts'
import type { Random } from './random.ts'
import { agents, type Sender } from './world.ts'

const second = 1000

/** What one attacker does from `at` on, ms UTC. */
export type Attack = (random: Random, at: number, client: string) => DemoLine[]

const scanner = 'Mozilla/5.0 zgrab/0.x'
const curl = 'curl/8.5.0'
const names =
  'admin test oracle ubuntu postgres git ftpuser www guest pi mysql tomcat hadoop jenkins nagios zabbix backup support web'.split(' ')

/** `count` failed passwords about three seconds apart, for names of `users`; those after the first name do not exist here. */
export const sshFailures =
  (host: string, count: number, users: readonly string[] = ['root', ...names]): Attack =>
  (random, at, client) => {
    const lines: DemoLine[] = []
    for (let n = 0, time = at; n < count; n++, time += random.int(2, 4) * second) {
      const user = n % 2 === 0 ? users[0]! : users[(n >> 1) % users.length]!
      const [pid, port] = [random.pid(), random.port()]
      const say = (message: string, later = 0) => lines.push(syslog(time + later, host, 'sshd', pid, message))
      if (user !== users[0]) say(`Invalid user ${user} from ${client} port ${port}`)
      say(`Failed password for ${user === users[0] ? '' : 'invalid user '}${user} from ${client} port ${port} ssh2`, second)
      if (random.chance(0.5)) say(`Received disconnect from ${client} port ${port}:11: Bye Bye [preauth]`, second)
    }
    return lines
  }

/** Guessed until it got in; then it looked around. */
export const sshEntered: Attack = (random, at, client) => {
  const tries = sshFailures('bastion-1', 12, ['deploy'])(random, at, client)
  const time = tries.at(-1)!.time + 20 * second
  const [pid, port] = [random.pid(), random.port()]
  const sudo = (later: number, command: string) =>
    syslog(
      time + later * second,
      'bastion-1',
      'sudo',
      undefined,
      `  deploy : TTY=pts/2 ; PWD=/home/deploy ; USER=root ; COMMAND=${command}`,
    )
  return [
    ...tries,
    syslog(time, 'bastion-1', 'sshd', pid, `Accepted password for deploy from ${client} port ${port} ssh2`),
    syslog(time + 2 * second, 'bastion-1', 'sshd', pid, 'pam_unix(sshd:session): session opened for user deploy(uid=1005) by (uid=0)'),
    sudo(18, '/usr/bin/id'),
    sudo(41, '/usr/bin/cat /etc/shadow'),
  ]
}

/** Asks for names without a password, slowly. */
export const sshNames: Attack = (random, at, client) =>
  names.slice(0, 14).flatMap((name, n) => {
    const [pid, port, time] = [random.pid(), random.port(), at + n * 25 * second]
    return [
      syslog(time, 'staging-1', 'sshd', pid, `Invalid user ${name} from ${client} port ${port}`),
      syslog(time + second, 'staging-1', 'sshd', pid, `Connection closed by invalid user ${name} ${client} port ${port} [preauth]`),
    ]
  })

/** One request after the other, each `[path, code]`, every `gap` ms. */
const requests =
  (where: Sender, agent: string, gap: number, asked: readonly (readonly [path: string, code: number])[]): Attack =>
  (_, at, client) =>
    asked.map(([path, code], n) => access(at + n * gap, where, { client, path, code, agent }))

const missing =
  'admin old new test tmp backup db api v1 v2 console manager shell cgi-bin wp-login.php wp-admin xmlrpc.php phpmyadmin'.split(' ')

/** A scanner with a name of its own asks for what is often there by mistake. */
export const webScan = (where: Sender): Attack =>
  requests(where, scanner, second, [
    ['/.env', 404],
    ['/.git/config', 404],
    ...missing.flatMap(name => [[`/${name}`, 404] as const, [`/${name}/`, 404] as const]),
  ])

/** SQL in a parameter; twice the database answers with an error. */
export const sqlInjection = (where: Sender): Attack =>
  requests(where, 'sqlmap/1.8', 4 * second, [
    ['/item?id=1%27', 200],
    ["/item?id=1'+UNION+SELECT+1,2--", 500],
    ['/item?id=1%20OR%201%3D1', 200],
    ["/item?id=1'+UNION+SELECT+name,pass+FROM+users--", 500],
    ['/item?id=1%27%20AND%20sleep(5)', 200],
  ])

/** Out of the folder; `code` is what the last request is answered with. */
export const pathTraversal = (where: Sender, code: number): Attack =>
  requests(where, curl, 3 * second, [
    ['/static/../../etc/passwd', 400],
    ['/static/..%2f..%2f..%2fetc%2fpasswd', 404],
    ['/download?file=../../../../etc/passwd', code],
  ])

/** Markup in a search, to see whether it comes back. */
export const scripting = (where: Sender): Attack =>
  requests(where, agents[2], 6 * second, [
    ['/search?q=%3Cscript%3Ealert(1)%3C/script%3E', 200],
    ['/search?q=<img/src=x/onerror=alert(1)>', 400],
    ['/search?q=%3Csvg/onload=alert(document.cookie)%3E', 200],
  ])

/** A file that should not be served; `code` says whether it was. */
export const sensitiveFile = (where: Sender, code: number): Attack =>
  requests(where, curl, 2 * second, [
    ['/.git/HEAD', code],
    ['/.git/config', code],
  ])

/** More requests than it is allowed, within one minute. */
export const hammer = (where: Sender): Attack =>
  requests(
    where,
    'python-requests/2.32',
    450,
    Array.from({ length: 124 }, (_, n) => [`/api/v1/users?page=${n}`, 429] as const),
  )
