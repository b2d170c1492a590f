import type { JsonObject } from '../../../shared/json.ts'
import type { Log } from '../../../shared/log.ts'
import { type Rule, RulePayload } from '../../../shared/rule.ts'

/** A time that no test depends on, ms UTC. */
export const start = Date.UTC(2024, 11, 10, 6)

/** A rule of version 1 from what a person would write. */
export const makeRule = (payload: Record<string, unknown>, more: Partial<Rule> = {}): Rule => ({
  ...RulePayload.parse({ name: 'rule', queries: [{ query: '*' }], cases: [{ status: 'high' }], ...payload }),
  id: 'rule-1',
  version: 1,
  seq: 0,
  createdAt: 0,
  updatedAt: 0,
  creationAuthor: 'test',
  updateAuthor: 'test',
  isDefault: false,
  isDeleted: false,
  ...more,
})

let made = 0
/** A log `at` seconds after `start`, received when it happened. */
export function makeLog(at: number, attributes: JsonObject = {}, more: Partial<Log> = {}): Log {
  const timestamp = start + Math.round(at * 1000)
  const seq = ++made
  return {
    id: `log-${seq}`,
    seq,
    stream: 'live',
    timestamp,
    received: timestamp,
    message: `at ${at}`,
    status: 'info',
    tags: [],
    attributes,
    ...more,
  }
}

/** Lines of a quiet day: people who read, mistype, log in and administer. */
export function ordinaryLines(): string[] {
  const clock = (i: number) => new Date(start + i * 7000).toISOString().slice(11, 19)
  const agent = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:128.0) Gecko/20100101 Firefox/128.0'
  const pages = [
    '/',
    '/favicon.ico',
    '/docs/sql/select',
    '/blog/2024/union-of-sets',
    '/search?q=script+or+program',
    '/api/session',
    '/a/b/c.css',
    '/users/1..5',
  ]
  const codes = [200, 200, 304, 200, 200, 401, 404, 200]
  return Array.from({ length: 400 }, (_, i) => {
    const time = clock(i)
    if (i % 40 === 7) return `Dec 10 ${time} gate sshd[${i}]: Failed password for ann from 192.0.2.7 port 50022 ssh2`
    if (i % 40 === 8) return `Dec 10 ${time} gate sshd[${i}]: Accepted publickey for ann from 192.0.2.7 port 50022 ssh2: ED25519 SHA256:abc`
    if (i % 40 === 9)
      return `Dec 10 ${time} gate sudo:      ann : TTY=pts/0 ; PWD=/home/ann ; USER=root ; COMMAND=/usr/bin/systemctl reload nginx`
    if (i % 40 === 10) return `Dec 10 ${time} gate cron[${i}]: (root) CMD (run-parts /etc/cron.hourly)`
    return `192.0.2.${10 + (i % 5)} - - [10/Dec/2024:${time} +0000] "GET ${pages[i % 8]} HTTP/1.1" ${codes[i % 8]} 1024 "https://example.com/?q=union+select+one" "${agent}"`
  })
}
