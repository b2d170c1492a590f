import { readAddress } from '../../../shared/ip.ts'
import type { JsonObject } from '../../../shared/json.ts'
import { defineLogFormat } from '../../lib/kinds.ts'
import { moment, monthOf, timeOfDay } from '../clock.ts'
import { levelOf } from '../status.ts'
import { putClient } from '../web.ts'

// [Sun Dec 04 04:47:44 2005] [error] …, and since 2.4 [Wed Oct 11 14:32:52.123456 2000] [core:error] [pid 35708:tid 4328636416] …
const start = /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) (\d{4})\] \[(?:([\w.-]*):)?([a-z]+\d?)\] ?/
const processForm = /^\[pid (\d{1,10})(?::tid (\d{1,20}))?\] ?/
const clientForm = /^(?:\(\d+\)[^[\]]{0,200}: )?\[(?:remote|client) ([^\]]{1,300})\] ?/

/** Since 2.4 a port always follows the address, even that of an IPv6 client, which it could then be part of. */
function splitPort(client: string, hasPort: boolean): [client: string, port?: string] {
  const colon = client.lastIndexOf(':')
  const single = colon === client.indexOf(':')
  if (colon < 0 || !(single || hasPort)) return [client]
  const alone = client.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  return /^\d{1,5}$/.test(client.slice(colon + 1)) && (single || readAddress(alone)) ? [alone, client.slice(colon + 1)] : [client]
}

/** Apache's error log, of 2.2 and of 2.4. */
export const apacheError = defineLogFormat({
  name: 'apache_error',
  recognises: line => line.charCodeAt(0) === 91 && start.test(line),
  read(line, { zone }) {
    const head = start.exec(line)
    const month = head && monthOf(head[1]!)
    if (!head || !month) return undefined
    const timestamp = moment(Number(head[4]), month, Number(head[2]), timeOfDay(head[3]!), zone)
    if (timestamp === undefined) return undefined
    const attributes: JsonObject = { level: head[6]! }
    if (head[5]) attributes['apache'] = { module: head[5] }
    let rest = line.slice(head[0].length)
    const process = processForm.exec(rest)
    if (process) {
      attributes['process'] = process[2] === undefined ? { pid: Number(process[1]) } : { pid: Number(process[1]), tid: process[2] }
      rest = rest.slice(process[0].length)
    }
    const client = clientForm.exec(rest)
    if (client) {
      putClient(attributes, ...splitPort(client[1]!, head[5] !== undefined || process !== null))
      rest = rest.slice(client[0].length)
    }
    const referer = rest.lastIndexOf(', referer: ')
    if (referer >= 0) attributes['http'] = { referer: rest.slice(referer + 11) }
    attributes['error'] = { message: referer >= 0 ? rest.slice(0, referer) : rest }
    return { timestamp, message: line, status: levelOf(head[6]) ?? 'info', source: 'apache', attributes }
  },
})
