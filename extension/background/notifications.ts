import { get, type JsonObject } from '../../shared/json.ts'
import type { Protocol } from '../messages.ts'
import type { NotifyProtocol } from '../notify-messages.ts'
import type { Daemon } from './daemon.ts'
import { ruleBody, toChannel, toKind, toLetter, toPreview, toRule, toTestErrors } from './notify-wire.ts'
import { count, object, objects } from './read.ts'

export type Notifications = { [T in keyof NotifyProtocol]: (asked: Protocol[T][0]) => Promise<Protocol[T][1]> }

const rules = '/api/v2/security/signals/notification_rules'
const preview = '/api/local/notification_rules/preview'
const test = '/api/v2/security_monitoring/configuration/notification_rules/send_notification_preview'
const channels = '/api/local/channels'
const letters = '/api/local/notifications'
/** A test tells everybody named, and each may take 10 s; the browser ends a worker that waits for 30 s. */
const patience = 28_000

/** What the explorer asks about who is told of which signals. Every function throws `Refused` or `Unanswered`. */
export function createNotifications({ request }: Pick<Daemon, 'request'>): Notifications {
  const write = (method: string, path: string, body?: JsonObject, patience?: number) =>
    request(method, path, body, crypto.randomUUID(), patience)
  const one = (answer: JsonObject) => object(answer['data'])
  const named = (ids: string[]) => ({ data: ids.map(id => ({ id, type: 'notification' })) })
  return {
    notifyRules: async () => ({ rules: objects((await request('GET', rules))['data']).map(toRule) }),
    saveNotifyRule: async ({ id, version = 0, rule }) =>
      toRule(
        one(
          id === undefined
            ? await write('POST', rules, ruleBody(rule))
            : await write('PATCH', `${rules}/${id}`, ruleBody(rule, { id, version })),
        ),
      ),
    async switchNotifyRule({ id, version, on }) {
      const body = { data: { id, type: 'notification_rules', attributes: { enabled: on, version } } }
      return toRule(one(await write('PATCH', `${rules}/${id}`, body)))
    },
    deleteNotifyRule: ({ id }) => write('DELETE', `${rules}/${id}`),
    previewNotifyRule: async ({ rule }) => toPreview(await request('POST', preview, ruleBody(rule))),
    testNotifyRule: async ({ rule }) => ({ errors: toTestErrors(await write('POST', test, ruleBody(rule), patience)) }),
    async channels() {
      const { data, meta } = await request('GET', channels)
      return { channels: objects(data).map(toChannel), kinds: objects(object(meta)['kinds']).map(toKind) }
    },
    async saveChannel({ id, version, channel }) {
      const { kind, ...attributes } = channel
      const name = attributes.name.trim()
      if (id === undefined) {
        const made = { ...attributes, kind, ...(name === '' ? {} : { name }) }
        return toChannel(one(await write('POST', channels, { data: { type: 'channel', attributes: made } })))
      }
      const changed = { ...attributes, name, ...(version !== undefined && { version }) }
      return toChannel(one(await write('PATCH', `${channels}/${id}`, { data: { type: 'channel', attributes: changed } })))
    },
    deleteChannel: ({ id }) => write('DELETE', `${channels}/${id}`),
    async testChannel({ id, recipient }) {
      const attributes: JsonObject = recipient === undefined ? {} : { recipient }
      const error = get(await write('POST', `${channels}/${id}/test`, { data: { attributes } }, patience), 'data', 'attributes', 'error')
      return { error: typeof error === 'string' ? error : null }
    },
    async deadLetters() {
      const ask = (state: string) => request('GET', `${letters}?filter[state]=${state}&page[limit]=1000`)
      const [{ data, meta }, { data: open }] = await Promise.all([ask('dead'), ask('waiting')])
      const { waiting, sent, dead } = object(object(meta)['counts'])
      const failing = objects(open)
        .map(toLetter)
        .filter(({ tries, error }) => tries > 0 && error !== '')
      return {
        letters: [...failing, ...objects(data).map(toLetter)],
        counts: { waiting: count(waiting), sent: count(sent), dead: count(dead) },
      }
    },
    sendAgain: ({ ids }) => write('POST', `${letters}/send_again`, named(ids)),
    discardLetters: ({ ids }) => write('POST', `${letters}/discard`, named(ids)),
  }
}
