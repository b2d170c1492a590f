import type { JsonObject } from '../../../shared/json.ts'
import { defineLogFormat } from '../../lib/kinds.ts'
import { moment, timeOfDay } from '../clock.ts'
import { levelOf } from '../status.ts'
import { putClient, putRequest } from '../web.ts'

const start = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) \[([a-z]+)\] /
const clientForm = /, client: ([^\s,]{1,300})/g
const referrerForm = /, referrer: "([^"]*)"$/

/** The request line as it was sent; it may hold quotes, so it ends at one that a comma or nothing follows. */
function requestOf(body: string): string | undefined {
  const from = body.indexOf(', request: "') + 12
  if (from < 12) return undefined
  let end = body.indexOf('"', from)
  while (end >= 0 && end < body.length - 1 && body[end + 1] !== ',') end = body.indexOf('"', end + 1)
  return end < 0 ? undefined : body.slice(from, end)
}

/** nginx's error log. */
export const nginxError = defineLogFormat({
  name: 'nginx_error',
  recognises: line => start.test(line),
  read(line, { zone }) {
    const head = start.exec(line)
    if (!head) return undefined
    const [whole, year, month, date, clock, level] = head
    const timestamp = moment(Number(year), Number(month), Number(date), timeOfDay(clock!), zone)
    if (timestamp === undefined) return undefined
    const body = line.slice(whole.length)
    const attributes: JsonObject = { level: level! }
    const process = /^(\d{1,10})#/.exec(body)
    if (process) attributes['process'] = { pid: Number(process[1]) }
    // A path before it and a request or referrer behind it can spell out another client. Where they disagree, nobody is blamed.
    const clients = new Set(Array.from(body.matchAll(clientForm), match => match[1]!))
    if (clients.size === 1) for (const client of clients) putClient(attributes, client)
    const request = requestOf(body)
    if (request !== undefined) {
      const http: JsonObject = {}
      putRequest(http, request)
      const referer = referrerForm.exec(body)
      if (referer) http['referer'] = referer[1]!
      attributes['http'] = http
      attributes['evt'] = { name: 'http_request' }
    }
    const end = body.search(/, (?:client|server|request): /)
    attributes['error'] = { message: end < 0 ? body : body.slice(0, end) }
    return { timestamp, message: line, status: levelOf(level) ?? 'info', source: 'nginx', attributes }
  },
})
