import { get, type Json, type JsonObject } from '../../shared/json.ts'
import { type ChannelField, fieldKinds, whys } from '../../shared/notice.ts'
import { isSeverity, type Severity } from '../../shared/severity.ts'
import type { ChannelKind, ChannelRow, DeadLetter, NotifyForm, NotifyPreview, NotifyRule } from '../notify-messages.ts'
import { count, object, objects, text, texts } from './read.ts'

// Notification rules, channels and dead letters, into what the explorer shows. A value of the wrong type is left out, not shown.

const severityOf = (value: Json | undefined): Severity => (isSeverity(value) ? value : 'info')
const textsOf = (value: Json | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(object(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

export function toRule(data: JsonObject): NotifyRule {
  const said = object(data['attributes'])
  const selectors = object(said['selectors'])
  const own = object(said['x_local'])
  return {
    id: text(data['id']),
    version: count(said['version']),
    name: text(said['name']),
    enabled: said['enabled'] === true,
    severities: texts(selectors['severities']),
    ruleTypes: texts(selectors['rule_types']),
    query: text(selectors['query']),
    targets: texts(said['targets']),
    aggregation: count(said['time_aggregation']),
    title: text(own['title']),
    message: text(own['message']),
    doubts: objects(own['doubts']).map(({ message }) => text(message)),
    changedAt: count(said['modified_at']),
    changedBy: text(get(said, 'modified_by', 'name')) || text(get(said, 'modified_by', 'handle')),
  }
}

/** A form as the wire has it. */
export const ruleBody = (form: NotifyForm, more: JsonObject = {}): JsonObject => ({
  data: {
    type: 'notification_rules',
    ...('id' in more && { id: more['id']! }),
    attributes: {
      name: form.name.trim(),
      enabled: form.enabled,
      selectors: {
        trigger_source: 'security_signals',
        severities: form.severities,
        rule_types: form.ruleTypes,
        query: form.query,
      },
      targets: form.targets,
      time_aggregation: form.aggregation,
      x_local: { title: form.title, message: form.message },
      ...('version' in more && { version: more['version']! }),
    },
  },
})

export function toPreview(answer: JsonObject): NotifyPreview {
  const meta = object(answer['meta'])
  return {
    count: count(meta['count']),
    cut: meta['cut'] === true,
    madeUp: meta['made_up'] === true,
    written: objects(meta['written']).map(({ target, title, text: body }) => ({
      target: text(target),
      title: text(title),
      text: text(body),
    })),
    variables: texts(meta['variables']),
    signals: objects(answer['data']).map(one => ({
      id: text(one['id']),
      title: text(get(one, 'attributes', 'custom', 'title')),
      severity: severityOf(get(one, 'attributes', 'status')),
    })),
  }
}

/** Whom a test did not reach, by all types of rules: each target once. */
export function toTestErrors(answer: JsonObject): { target: string; message: string }[] {
  const results = objects(get(answer, 'data', 'attributes', 'preview_results'))
  const all = results.flatMap(one => objects(get(one, 'x_local', 'errors')))
  return [...new Map(all.map(({ target, message }) => [text(target), { target: text(target), message: text(message) }])).values()]
}

function toField(said: JsonObject): ChannelField[] {
  const kind = fieldKinds.find(one => one === said['kind'])
  const name = text(said['name'])
  if (!kind || name === '') return []
  return [
    {
      name,
      kind,
      label: text(said['label']) || name,
      ...(typeof said['hint'] === 'string' && { hint: said['hint'] }),
      ...(said['secret'] === true && { secret: true as const }),
      ...(said['optional'] === true && { optional: true as const }),
      ...(Array.isArray(said['choices']) && { choices: texts(said['choices']) }),
      ...(typeof said['usual'] === 'string' && { usual: said['usual'] }),
      ...(said['place'] === true && { place: true as const }),
    },
  ]
}
const targets = ['name', 'address', 'kind'] as const
export const toKind = (data: JsonObject): ChannelKind => {
  const said = object(data['attributes'])
  return {
    kind: text(data['id']),
    label: text(said['label']) || text(data['id']),
    target: targets.find(one => one === said['target']) ?? 'name',
    builtIn: said['built_in'] === true,
    fields: objects(said['fields']).flatMap(toField),
  }
}

export function toChannel(data: JsonObject): ChannelRow {
  const said = object(data['attributes'])
  return {
    id: text(data['id']),
    kind: text(said['kind']),
    name: text(said['name']),
    target: text(said['target']),
    enabled: said['enabled'] === true,
    options: textsOf(said['options']),
    secrets: Object.fromEntries(Object.entries(object(said['secrets'])).map(([name, value]) => [name, value !== null])),
    version: count(said['version']),
  }
}

export function toLetter(data: JsonObject): DeadLetter {
  const said = object(data['attributes'])
  const why = whys.find(one => one === said['why']) ?? 'opened'
  return {
    id: text(data['id']),
    target: text(said['target']),
    rule: text(get(said, 'rule', 'name')),
    why,
    severity: severityOf(said['severity']),
    title: typeof said['title'] === 'string' ? said['title'] : null,
    created: count(said['created']),
    tries: count(said['tries']),
    lastTry: typeof said['last_try'] === 'number' ? said['last_try'] : null,
    due: typeof said['due'] === 'number' ? said['due'] : null,
    error: text(said['error']),
  }
}
