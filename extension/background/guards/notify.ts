import { severities } from '../../../shared/severity.ts'
import type { ChannelForm, NotifyForm, NotifyProtocol } from '../../notify-messages.ts'
import { flag, type Guard, type GuardsOf, isPlain, list, oneOf, orNull, shape, text, whole } from '../guard.ts'
import { id, nothing, queryText, secret, version } from './parts.ts'

const target = text(320, target => /^@[^\s]+$/.test(target))
const notifyForm = shape<NotifyForm>({
  name: text(256),
  enabled: flag,
  severities: list(oneOf<string>(severities), 0, severities.length),
  ruleTypes: list(
    text(100, type => /^\w+$/.test(type)),
    0,
    20,
  ),
  query: queryText,
  targets: list(target, 0, 50),
  aggregation: whole(86_400),
  title: text(1000),
  message: text(16_384),
})
const named =
  <T>(of: Guard<T>): Guard<Record<string, T>> =>
  (value): value is Record<string, T> =>
    isPlain(value) && Object.entries(value).length <= 30 && Object.entries(value).every(([key, one]) => /^\w{1,60}$/.test(key) && of(one))
const channelForm = shape<ChannelForm>({
  kind: text(60, kind => /^\w+$/.test(kind)),
  name: text(80),
  enabled: flag,
  options: named(text(2000)),
  secrets: named(orNull(secret)),
})
const letterIds = list(id, 1, 1000)

export const notifyGuards: GuardsOf<NotifyProtocol> = {
  notifyRules: nothing,
  saveNotifyRule: shape<{ rule: NotifyForm }, { id: string; version: number }>({ rule: notifyForm }, { id, version }),
  switchNotifyRule: shape({ id, version, on: flag }),
  deleteNotifyRule: shape({ id }),
  previewNotifyRule: shape({ rule: notifyForm }),
  testNotifyRule: shape({ rule: notifyForm }),
  channels: nothing,
  saveChannel: shape<{ channel: ChannelForm }, { id: string; version: number }>({ channel: channelForm }, { id, version }),
  deleteChannel: shape({ id }),
  testChannel: shape<{ id: string }, { recipient: string }>({ id }, { recipient: text(254) }),
  deadLetters: nothing,
  sendAgain: shape({ ids: letterIds }),
  discardLetters: shape({ ids: letterIds }),
}
