import { createRandom, type Random } from '../daemon/engine/random-logs.ts'

/** An auth.log of a host that stands on the internet, and who attacked it. */
export interface AuthLog {
  lines: string[]
  /** Addresses that guess passwords, each dozens of times within minutes. */
  attackers: Set<string>
  /** Addresses of those who belong there; some mistype. */
  users: Set<string>
}

/** A line and when it was written, s after the first. */
type Line = [second: number, program: string, text: string]

/** Four weeks. */
const span = 28 * 86_400
/** Of the lines, those that attacks make. */
const attacks = 0.7
const host = 'gate'
const accounts = ['root', 'deploy', 'backup', 'postgres', 'git', 'www-data']
const guesses = ['admin', 'test', 'ubuntu', 'oracle', 'user', 'pi', 'ftpuser', 'guest', 'support', 'hadoop', 'minecraft', 'dev', 'steam']
const people = ['ann', 'bo', 'carla', 'dmitri', 'elif', 'femi', 'greta', 'hiro']
const commands = ['/usr/bin/systemctl reload nginx', '/usr/bin/journalctl -u nginx', '/usr/bin/apt-get update', '/usr/bin/ss -ltnp']
const networks = [45, 91, 103, 141, 185, 193, 218]

/** `count` lines in the order of time, always the same for a seed. */
export function makeAuthLog(count: number, seed: number): AuthLog {
  const random = createRandom(seed)
  const attackers = new Set<string>()
  const users = new Set<string>()
  const lines: Line[] = []
  while (lines.length < count * attacks) {
    const from = `${random.pick(networks)}.${random.below(256)}.${random.below(256)}.${1 + random.below(254)}`
    if (attackers.has(from)) continue
    attackers.add(from)
    attack(random, from, lines)
  }
  while (lines.length < count) {
    const from = `198.51.100.${1 + random.below(60)}`
    const begin = 60 + random.below(span)
    if (random.chance(0.5)) cron(random, begin, lines)
    else if (random.chance(0.6)) session(random, begin, from, lines)
    else sudo(random, begin, lines)
    users.add(from)
  }
  lines.length = count
  lines.sort(([a], [b]) => a - b)
  return { lines: lines.map(written), attackers, users }
}

/** One address guesses: the passwords of an account that is there, or names as well. */
function attack(random: Random, from: string, lines: Line[]): void {
  let at = random.below(span - 86_400)
  const names = random.chance(0.6)
  const account = random.pick(accounts)
  for (let left = 30 + random.below(300); left > 0; left--) {
    const port = 1024 + random.below(64_000)
    const sshd = `sshd[${1000 + random.below(60_000)}]`
    const write = (after: number, text: string) => lines.push([at + after, sshd, text])
    const pam = 'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost='
    if (names && random.chance(0.8)) {
      const user = `${random.pick(guesses)}${random.chance(0.3) ? random.below(10) : ''}`
      write(0, `Invalid user ${user} from ${from} port ${port}`)
      write(0, 'pam_unix(sshd:auth): check pass; user unknown')
      write(0, `${pam}${from} `)
      write(2, `Failed password for invalid user ${user} from ${from} port ${port} ssh2`)
      write(2, `Received disconnect from ${from} port ${port}:11: Bye Bye [preauth]`)
      write(2, `Disconnected from invalid user ${user} ${from} port ${port} [preauth]`)
    } else {
      write(0, `${pam}${from}  user=${account}`)
      write(2, `Failed password for ${account} from ${from} port ${port} ssh2`)
      write(2, `Received disconnect from ${from} port ${port}:11: Bye Bye [preauth]`)
      write(2, `Disconnected from authenticating user ${account} ${from} port ${port} [preauth]`)
    }
    at += 1 + random.below(5)
  }
}

/** Somebody logs in, with a key or a password that one in ten mistypes once, and leaves. */
function session(random: Random, begin: number, from: string, lines: Line[]): void {
  const user = random.pick(people)
  const port = 1024 + random.below(64_000)
  const sshd = `sshd[${1000 + random.below(60_000)}]`
  const end = begin + 60 + random.below(7200)
  const key = random.chance(0.7)
  if (!key && random.chance(0.1)) lines.push([begin - 6, sshd, `Failed password for ${user} from ${from} port ${port} ssh2`])
  const how = key
    ? `publickey for ${user} from ${from} port ${port} ssh2: ED25519 SHA256:${'k3y'.repeat(14)}`
    : `password for ${user} from ${from} port ${port} ssh2`
  lines.push(
    [begin, sshd, `Accepted ${how}`],
    [begin, sshd, `pam_unix(sshd:session): session opened for user ${user}(uid=1001) by (uid=0)`],
    [begin, 'systemd-logind[611]', `New session ${random.below(90_000)} of user ${user}.`],
    [end, sshd, `Received disconnect from ${from} port ${port}:11: disconnected by user`],
    [end, sshd, `Disconnected from user ${user} ${from} port ${port}`],
    [end, sshd, `pam_unix(sshd:session): session closed for user ${user}`],
  )
}

function cron(random: Random, begin: number, lines: Line[]): void {
  const program = `CRON[${1000 + random.below(60_000)}]`
  lines.push(
    [begin, program, 'pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)'],
    [begin + random.below(3), program, 'pam_unix(cron:session): session closed for user root'],
  )
}

function sudo(random: Random, begin: number, lines: Line[]): void {
  const user = random.pick(people)
  lines.push(
    [begin, 'sudo', `${user.padStart(8)} : TTY=pts/0 ; PWD=/home/${user} ; USER=root ; COMMAND=${random.pick(commands)}`],
    [begin, 'sudo', `pam_unix(sudo:session): session opened for user root(uid=0) by ${user}(uid=1001)`],
    [begin + random.below(20), 'sudo', 'pam_unix(sudo:session): session closed for user root'],
  )
}

/** As rsyslog writes it; the first second is that of the first of March. */
function written([second, program, text]: Line): string {
  const time = new Date(Date.UTC(2025, 2, 1) + second * 1000).toISOString()
  return `Mar ${String(Number(time.slice(8, 10))).padStart(2)} ${time.slice(11, 19)} ${host} ${program}: ${text}`
}
