import { type JsonObject, put } from '../../shared/json.ts'
import type { ParsedLog } from '../lib/kinds.ts'
import { levels } from './status.ts'

const facilities =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  )

/** `<38>` at the start of a line: how long it is, its level and its facility. Undefined where there is none, or one beyond 191. */
export function priority(line: string): { length: number; status: string; facility: string } | undefined {
  if (line.charCodeAt(0) !== 60) return undefined
  const end = line.indexOf('>', 2)
  if (end < 2 || end > 4) return undefined
  const digits = line.slice(1, end)
  const value = Number(digits)
  if (!/^\d+$/.test(digits) || value > 191) return undefined
  return { length: end + 1, status: levels[value & 7]!, facility: facilities[value >> 3]! }
}

/** Who wrote a syslog line: `tag` as it stands there, `pid` where it gives one, and how much of the text they took. */
export interface Tag {
  tag: string
  pid: number | undefined
  length: number
}

// `sshd[123]:`, `sudo:`, `sshd(pam_unix)[19939]:`, and `gdm-password]:`, which lost its other bracket
const tagForm = /^([^\s:[\]]{1,128})(?:\[(\d{1,10})\])?\]?:(?: |$)/

/** The `tag[pid]: ` that a message starts with. */
export function readTag(text: string): Tag | undefined {
  const match = tagForm.exec(text)
  return match ? { tag: match[1]!, pid: match[2] === undefined ? undefined : Number(match[2]), length: match[0].length } : undefined
}

// Since 9.8 sshd hands each connection to a program of another name; whoever asks for sshd means these as well.
const alias: Record<string, string> = { 'sshd-session': 'sshd', 'sshd-auth': 'sshd' }

/** The program behind a tag: `/usr/sbin/CRON` → CRON, `postfix/smtpd` → postfix, `sshd(pam_unix)` and `sshd-session` → sshd. */
function programOf(tag: string): string {
  const name = tag[0] === '/' ? tag.slice(tag.lastIndexOf('/') + 1) : tag.replace(/(?!^)[/(].*$/, '')
  return alias[name] ?? (name === '' ? tag : name)
}

/** Fill in what a syslog header says of the sender. What the header had is kept under `syslog` where the log itself would lose it. */
export function putHeader(
  log: ParsedLog,
  header: { host?: string; tag?: string; pid?: number | undefined; timestamp?: string; facility?: string | undefined; msgid?: string },
): void {
  const { host, tag, pid, timestamp, facility, msgid } = header
  const syslog: JsonObject = {}
  if (host) log.host = host
  if (tag) {
    log.service = programOf(tag)
    log.source = log.service.toLowerCase()
    if (log.service !== tag) syslog['appname'] = tag
  }
  if (facility) syslog['facility'] = facility
  if (timestamp) syslog['timestamp'] = timestamp
  if (msgid) syslog['msgid'] = msgid
  if (pid !== undefined) put(log.attributes, 'process', { pid })
  put(log.attributes, 'syslog', syslog)
}
