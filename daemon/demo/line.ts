import type { JsonObject } from '../../shared/json.ts'
import { type Person, type Sender, senders } from './world.ts'

/** One raw line as a machine of the demonstration would write it. `time` is ms UTC, and stands in the text too. */
export interface DemoLine {
  time: number
  text: string
  sender: Sender
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const two = (value: number) => String(value).padStart(2, '0')
const clock = (date: Date) => `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
const iso = (time: number) => new Date(time).toISOString()

/** `Dec  1 06:55:46 host program[pid]: message`, as rsyslog writes files; without a pid where the program gives none. */
export function syslog(time: number, host: string, program: string, pid: number | undefined, message: string): DemoLine {
  const date = new Date(time)
  const stamp = `${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock(date)}`
  const tag = pid === undefined ? program : `${program}[${pid}]`
  return { time, text: `${stamp} ${host} ${tag}: ${message}`, sender: host.startsWith('staging') ? senders.syslogStaging : senders.syslog }
}

/** One request as nginx's combined access log has it. */
export interface Request {
  client: string
  method?: string
  path: string
  code: number
  bytes?: number
  referer?: string
  agent: string
  user?: string
}

/** A line of nginx's access log, of the shop or of its staging. */
export function access(time: number, where: Sender, request: Request): DemoLine {
  const { client, method = 'GET', path, code, bytes = 153, referer = '-', agent, user = '-' } = request
  const date = new Date(time)
  const stamp = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${clock(date)} +0000`
  return {
    time,
    text: `${client} - ${user} [${stamp}] "${method} ${path} HTTP/1.1" ${code} ${bytes} "${referer}" "${agent}"`,
    sender: where,
  }
}

/** A line of nginx's error log. `message` comes before what nginx adds about the request. */
export function nginxError(time: number, where: Sender, level: string, pid: number, message: string): DemoLine {
  const date = new Date(time)
  const stamp = `${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())} ${clock(date)}`
  return { time, text: `${stamp} [${level}] ${pid}#${pid}: *${pid * 7} ${message}`, sender: where }
}

/** A line of the auth-api in production: JSON with Datadog's reserved attributes. */
export const json = (time: number, status: string, message: string, attributes: JsonObject): DemoLine => ({
  time,
  text: JSON.stringify({
    timestamp: iso(time),
    status,
    service: 'auth-api',
    ddsource: 'nodejs',
    hostname: 'auth-1',
    ddtags: 'env:prod,team:identity,version:3.14.2',
    message,
    ...attributes,
  }),
  sender: { tags: [] },
})

/** A line of `key=value` pairs; words with spaces are put in quotes. */
export function logfmt(time: number, sender: Sender, pairs: Record<string, string | number>): DemoLine {
  const words = Object.entries({ ts: iso(time), ...pairs }).map(
    ([key, value]) => `${key}=${/[\s"=]/.test(String(value)) ? JSON.stringify(value) : value}`,
  )
  return { time, text: words.join(' '), sender }
}

/** A line of RFC 5424 with one element of structured data. */
export function structured(time: number, level: number, id: string, data: Record<string, string | number>, message: string): DemoLine {
  const parameters = Object.entries(data).map(([name, value]) => ` ${name}="${value}"`)
  return {
    time,
    text: `<${8 + level}>1 ${iso(time)} jobs-1 job-runner 2201 ${id} [job${parameters.join('')}] ${message}`,
    sender: senders.jobs,
  }
}

/** What the auth-api says of one attempt to log in. */
export function login(time: number, user: string, client: string, outcome: 'success' | 'failure', how: JsonObject = {}): DemoLine {
  const failed = outcome === 'failure'
  return json(time, failed ? 'warn' : 'info', failed ? `login failed for ${user}: bad password` : `login of ${user}`, {
    evt: { name: 'authentication', outcome },
    usr: { name: user },
    network: { client: { ip: client } },
    ...how,
  })
}

/** An SSH session of somebody who may: three lines. */
export const session = (time: number, host: string, { name, key, home }: Person, pid: number, port: number, lasts: number): DemoLine[] => [
  syslog(time, host, 'sshd', pid, `Accepted publickey for ${name} from ${home} port ${port} ssh2: ED25519 SHA256:${key}`),
  syslog(time, host, 'sshd', pid, `pam_unix(sshd:session): session opened for user ${name}(uid=1001) by (uid=0)`),
  syslog(time + lasts, host, 'sshd', pid, `pam_unix(sshd:session): session closed for user ${name}`),
]
