import { readAddress } from '../../../shared/ip.ts'
import type { JsonObject } from '../../../shared/json.ts'
import { defineLogFormat, type ParsedLog } from '../../lib/kinds.ts'
import { closing } from '../../lib/quotes.ts'
import { accessTime } from '../clock.ts'
import { httpStatus } from '../status.ts'
import { putClient, putRequest } from '../web.ts'

const looks = /^\S+ [^"]*\[\d\d\/[A-Z][a-z]{2}\/\d{4}:[^\]"]{1,30}\] "/
const result = /^ (\d{3}) (\d+|-)(?= |$)/

/** Up to `count` quoted texts that follow one another from `from`, whatever else stands between and after them. */
function quoted(line: string, from: number, count: number): string[] {
  const texts: string[] = []
  for (let at = from; texts.length < count; ) {
    const open = line.indexOf('"', at)
    const close = open < 0 ? -1 : closing(line, open)
    if (close < 0) break
    texts.push(line.slice(open + 1, close))
    at = close + 1
  }
  return texts
}

/** Common and combined access logs of Apache, nginx and those who copied them, with or without a virtual host in front and more fields behind. */
export const access = defineLogFormat({
  name: 'access',
  recognises: line => looks.test(line),
  read(line) {
    // Neither server leaves a quote unescaped in a user name, so the first one opens the request, and the date stands right before it.
    const open = line.indexOf('"')
    const date = line.lastIndexOf('[', open)
    const timestamp = accessTime(line.slice(date + 1, open - 2))
    const close = closing(line, open)
    if (date < 0 || timestamp === undefined || close < 0) return undefined
    const answer = result.exec(line.slice(close + 1, close + 40))
    if (!answer) return undefined
    const before = line.slice(0, date - 1).split(' ')
    const vhost = before.length > 3 && !readAddress(before[0]!) && readAddress(before[1]!) ? before.shift() : undefined
    if (before.length < 3) return undefined
    const [client, , ...user] = before
    const code = Number(answer[1])
    const { status, category } = httpStatus(code)
    const http: JsonObject = {}
    putRequest(http, line.slice(open + 1, close))
    http['status_code'] = code
    http['status_category'] = category
    const [referer, useragent, ...more] = quoted(line, close + 1, 3)
    for (const [name, value] of Object.entries({ auth: user.join(' '), referer, useragent, vhost })) {
      if (value !== undefined && value !== '' && value !== '-') http[name] = value
    }
    const attributes: JsonObject = { http, evt: { name: 'http_request' } }
    if (answer[2] !== '-') attributes['network'] = { bytes_written: Number(answer[2]) }
    putClient(attributes, client!)
    // Apache writes the virtual host first; nginx adds who it was forwarded for.
    const source = vhost ? 'apache' : more.length > 0 ? 'nginx' : 'http'
    return { timestamp, message: line, status, source, attributes } satisfies ParsedLog
  },
})
