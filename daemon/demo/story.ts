import { hammer, pathTraversal, scripting, sensitiveFile, sqlInjection, sshEntered, sshFailures, sshNames, webScan } from './attacks.ts'
import { access, type DemoLine, json, logfmt, login, syslog } from './line.ts'
import type { Random } from './random.ts'
import { attackers, senders } from './world.ts'

const second = 1000
const minute = 60 * second

/** A word that 41 leaked lists have in common with ours. */
const accounts = Array.from(
  { length: 41 },
  (_, n) => `${['ben', 'mia', 'tom', 'eva', 'kai', 'zoe'][n % 6]}.${String.fromCharCode(97 + (n % 26))}${n}`,
)

const stuffing = (random: Random, at: number): DemoLine[] =>
  accounts.map((name, n) => login(at + n * random.int(3, 5) * second, name, attackers.stuffing, 'failure'))

// The admin's account, through Tor, and what it was used for.
const adminThroughTor = (random: Random, at: number): DemoLine[] => {
  const who = { usr: { name: 'ana.admin' }, network: { client: { ip: attackers.tor } }, session: random.hex(8) }
  return [
    login(at, 'ana.admin', attackers.tor, 'success', { auth: { mfa: 'push' }, session: who.session }),
    json(at + 14 * second, 'notice', 'role of ana.admin changed to owner', { evt: { name: 'role_changed', outcome: 'success' }, ...who }),
  ]
}

const overVpn = (random: Random, at: number): DemoLine[] => [
  login(at, 'jo', attackers.vpn, 'success', { auth: { mfa: 'totp' }, session: random.hex(8) }),
]

// Sam, with the password of before the rotation.
function forgotten(_: Random, at: number): DemoLine[] {
  const say = (later: number, message: string) => syslog(at + later * second, 'bastion-1', 'sudo', undefined, message)
  const failed = 'pam_unix(sudo:auth): authentication failure; logname=sam uid=1001 euid=0 tty=/dev/pts/1 ruser=sam rhost=  user=sam'
  const refused = 'TTY=pts/1 ; PWD=/home/sam ; USER=root ; COMMAND=/usr/bin/systemctl restart nginx'
  return [
    ...[0, 4, 9].map(later => say(later, failed)),
    say(10, `     sam : 3 incorrect password attempts ; ${refused}`),
    ...[40, 47, 55].map(later => say(later, failed)),
    say(56, `     sam : 3 incorrect password attempts ; ${refused}`),
    say(230, '     sam : TTY=pts/1 ; PWD=/home/sam ; USER=root ; COMMAND=/usr/bin/systemctl restart nginx'),
  ]
}

function phish(random: Random, at: number): DemoLine[] {
  const common = { level: 'info', service: 'mail-relay', queue_id: random.hex(10).toUpperCase(), 'network.client.ip': attackers.phishing }
  return [
    logfmt(at, senders.mail, { ...common, msg: 'client connected', 'evt.name': 'smtp_connect' }),
    logfmt(at + second, senders.mail, {
      ...common,
      msg: 'message accepted',
      'evt.name': 'smtp_message',
      'evt.outcome': 'success',
      from: 'it-support@examp1e.example',
      to: 'lea@example.com',
      subject: 'Your password expires today',
    }),
    access(at + 3 * minute, senders.web2, {
      client: attackers.phishing,
      method: 'POST',
      path: '/contact',
      code: 403,
      bytes: 0,
      agent: '-',
    }),
  ]
}

/** What happened, and how many minutes before now it began. */
const chapters: readonly { before: number; tell: (random: Random, at: number) => DemoLine[] }[] = [
  { before: 262, tell: overVpn },
  { before: 190, tell: forgotten },
  { before: 118, tell: phish },
  { before: 74, tell: stuffing },
  { before: 70, tell: (random, at) => sshNames(random, at, attackers.enumerating) },
  { before: 52, tell: (random, at) => hammer(senders.web1)(random, at, attackers.hammering) },
  { before: 48, tell: (random, at) => pathTraversal(senders.staging, 200)(random, at, attackers.traversing) },
  { before: 41, tell: (random, at) => scripting(senders.web1)(random, at, attackers.scripting) },
  { before: 36, tell: (random, at) => sensitiveFile(senders.staging, 200)(random, at, attackers.leaking) },
  { before: 31, tell: (random, at) => webScan(senders.web2)(random, at, attackers.scanning) },
  { before: 22, tell: (random, at) => sqlInjection(senders.web2)(random, at, attackers.scanning) },
  { before: 14, tell: adminThroughTor },
  { before: 12, tell: (random, at) => sshFailures('bastion-1', 90)(random, at, attackers.guessing) },
  { before: 5, tell: (random, at) => sshEntered(random, at, attackers.entered) },
]

/** The attacks of the night that ends at `now`, ms UTC. */
export const story = (random: Random, now: number): DemoLine[] =>
  chapters.flatMap(({ before, tell }) => tell(random, now - before * minute)).filter(({ time }) => time <= now)

/** The signals that the default rules make of the story, as `severity rule group`. */
export const raised = [
  `medium default-login-through-anonymizer jo`,
  `medium default-sudo-failures sam`,
  `high default-threat-intel-contact ${attackers.phishing}`,
  `high default-login-credential-stuffing ${attackers.stuffing}`,
  `medium default-ssh-invalid-users ${attackers.enumerating}`,
  `low default-web-client-errors ${attackers.hammering}`,
  `medium default-web-path-traversal ${attackers.traversing}`,
  `low default-web-xss ${attackers.scripting}`,
  `high default-web-sensitive-files ${attackers.leaking}`,
  `low default-threat-intel-contact ${attackers.scanning}`,
  `info default-web-sensitive-files ${attackers.scanning}`,
  `info default-web-injection-hints ${attackers.scanning}`,
  `info default-web-injection-hints ${attackers.scripting}`,
  `low default-web-scanner ${attackers.scanning}`,
  `high default-web-sql-injection ${attackers.scanning}`,
  `high default-login-through-anonymizer ana.admin`,
  `low default-threat-intel-contact ${attackers.guessing}`,
  `high default-ssh-brute-force ${attackers.guessing}`,
  `medium default-ssh-invalid-users ${attackers.guessing}`,
  `high default-ssh-brute-force ${attackers.entered}`,
  `critical default-ssh-brute-force-success ${attackers.entered}`,
] as const
