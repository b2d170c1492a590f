import type { JsonObject } from '../../../shared/json.ts'
import type { LineReader } from '../line-reader.ts'
import { putClient } from '../web.ts'

const module = /^pam_\w+\(([^\s:()]+):(\w+)\)(?:\[\d+\])?: /
const failure = /^(?:PAM (\d{1,9}) more )?authentication failures?; logname=/
const session = /^session (?:opened|closed) for user (.+?)(?:\(uid=\d+\))?(?: by .*)?$/s

/** What stands behind `rhost=` and `user=`. Both can be the attacker's words: where the host is named twice, neither is believed. */
function putWho(attributes: JsonObject, text: string): void {
  const host = text.indexOf(' rhost=')
  if (host < 0 || host !== text.lastIndexOf(' rhost=')) return
  const match = /^ rhost=(\S*)\s*(?:\suser=(.*?))?\s*$/s.exec(text.slice(host))
  if (!match) return
  if (match[2]) attributes['usr'] = { name: match[2] }
  if (match[1]) putClient(attributes, match[1])
}

/** What PAM's modules say through the program that called them: failed attempts, sessions. */
export const pam: LineReader = {
  name: 'pam',
  read(message) {
    if (!message.startsWith('pam_') && !message.startsWith('PAM ') && !message.startsWith('authentication failure;')) return undefined
    const head = module.exec(message)
    const program = head?.[1]
    const text = head ? message.slice(head[0].length) : message
    const failed = failure.exec(text)
    if (failed) {
      // sudo says how it ended in lines of its own; a failed password counts as its failure
      const attributes: JsonObject = { evt: { name: program === 'sudo' ? 'sudo' : 'pam_authentication', outcome: 'failure' } }
      if (failed[1] !== undefined) attributes['auth'] = { failures: Number(failed[1]) }
      putWho(attributes, text)
      return { attributes, program }
    }
    const user = head && session.exec(text)?.[1]
    return user ? { attributes: { evt: { name: 'session', outcome: 'success' }, usr: { name: user } }, program } : undefined
  },
}
