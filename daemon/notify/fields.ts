import type { ChannelField, ChannelPayload } from '../../shared/notice.ts'
import { type Problem, Refusal } from '../lib/errors.ts'
import { checkedUrl, OutboundError } from '../lib/outbound.ts'
import { kindOf } from './targets.ts'

type Check = (text: string, field: ChannelField) => string | undefined

const host = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.?|[0-9a-f:.]+)$/
const unless = (holds: boolean, message: string) => (holds ? undefined : message)

/** What is wrong with the value of a field. */
const checks: Record<ChannelField['kind'], Check> = {
  text: () => undefined,
  url: text => {
    try {
      checkedUrl(text)
      return undefined
    } catch (error) {
      if (error instanceof OutboundError) return error.message
      throw error
    }
  },
  host: text => unless(host.test(text), 'must be the name or the address of a host, in lower case'),
  port: text => unless(/^[1-9]\d{0,4}$/.test(text) && Number(text) < 65_536, 'must be a number from 1 to 65535'),
  email: text => unless(/^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/.test(text), 'must be an address such as signalbox@example.com'),
  name: text => unless(/^[\w.-]{1,100}$/.test(text), 'must be one word of letters, digits, _ . and -'),
  choice: (text, { choices = [] }) => unless(choices.includes(text), `must be one of ${choices.join(', ')}`),
  token: text => unless(/^[\x20-\x7e]+$/.test(text), 'must be visible ASCII characters'),
  signing_secret: text =>
    unless(
      /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text) && between(Buffer.from(text.slice(6), 'base64').length, 24, 64),
      'must be whsec_ and 24 to 64 bytes in base64',
    ),
}
const between = (value: number, least: number, most: number) => value >= least && value <= most
const longest = 2000

const wrong = (problems: Problem[]) => new Refusal(400, 'invalid_channel', `${problems[0]!.field}: ${problems[0]!.message}`, { problems })

function* problemsOf(group: 'options' | 'secrets', fields: readonly ChannelField[], given: Record<string, string>): Generator<Problem> {
  const at = (name: string) => `data.attributes.${group}.${name}`
  const named = new Map(fields.map(field => [field.name, field]))
  for (const [name, text] of Object.entries(given)) {
    const field = named.get(name)
    const message = !field
      ? `is none of ${[...named.keys()].join(', ') || 'this kind: it has none'}`
      : text.length > longest
        ? `is longer than ${longest} characters`
        : /\p{Cc}/u.test(text)
          ? 'must not hold control characters'
          : checks[field.kind](text, field)
    if (message !== undefined) yield { field: at(name), message }
  }
  for (const { name, optional, usual } of fields)
    if (!optional && usual === undefined && given[name] === undefined && group === 'options')
      yield { field: at(name), message: 'must be given' }
}

/**
 * Check what somebody said of a channel and of its secrets; answers it with what is usual filled in. Throws a Refusal (400) with every problem
 * by its field.
 */
export function checkChannel(payload: ChannelPayload, secrets: Record<string, string | null> = {}): ChannelPayload {
  const kind = kindOf(payload.kind)
  if (!kind || kind.builtIn) throw wrong([{ field: 'data.attributes.kind', message: 'is no kind of channel that can be set up' }])
  const open = kind.fields.filter(({ secret }) => !secret)
  const hidden = kind.fields.filter(({ secret }) => secret)
  const usual = Object.fromEntries(open.flatMap(({ name, usual }) => (usual === undefined ? [] : [[name, usual]])))
  const options = { ...usual, ...Object.fromEntries(Object.entries(payload.options).filter(([, value]) => value !== '')) }
  const said = Object.entries(secrets).filter((entry): entry is [string, string] => entry[1] !== null)
  const problems = [...problemsOf('options', open, options), ...problemsOf('secrets', hidden, Object.fromEntries(said))]
  if (problems.length > 0) throw wrong(problems)
  return { ...payload, options }
}

/** Where what a channel tells goes to: its secrets are for this place and no other. */
export const placeOfChannel = ({ kind, options }: Pick<ChannelPayload, 'kind' | 'options'>): string =>
  (kindOf(kind)?.fields ?? [])
    .filter(({ place }) => place)
    .map(({ name, kind }) => (kind === 'url' ? new URL(options[name]!).origin : options[name]))
    .join(' ')

/** The secrets that a channel must have, and has not. */
export const missingSecrets = (kind: string, has: (name: string) => boolean): ChannelField[] =>
  (kindOf(kind)?.fields ?? []).filter(({ name, secret, optional }) => secret && !optional && !has(name))
