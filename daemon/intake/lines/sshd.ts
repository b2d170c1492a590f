import type { JsonObject } from '../../../shared/json.ts'
import type { LineReader } from '../line-reader.ts'
import { putClient } from '../web.ts'

interface Form {
  /** Named groups: method, invalid, user, client, port, hostname. */
  pattern: RegExp
  name?: string
  outcome?: 'success' | 'failure'
}

// A user name may hold anything, "x from 192.0.2.1 port 22" too, so what follows it is read from the right. Only an account that exists has
// its key described behind `ssh2: `, where a certificate's name may hold anything; and an account's own name is not up to the attacker.
const attempt = (verb: string) => [
  new RegExp(
    `^${verb} (?<method>\\S+) for (?:(?<invalid>invalid|illegal) user )?(?<user>.*) from (?<client>\\S+) port (?<port>\\d{1,5})(?: ssh\\d?)?$`,
    's',
  ),
  new RegExp(
    `^${verb} (?<method>\\S+) for (?!invalid user |illegal user )(?<user>.*?) from (?<client>\\S+) port (?<port>\\d{1,5}) ssh\\d?: `,
    's',
  ),
]
const failed: Form[] = attempt('Failed').map(pattern => ({ pattern, name: 'authentication', outcome: 'failure' }))
const accepted: Form[] = attempt('Accepted').map(pattern => ({ pattern, name: 'authentication', outcome: 'success' }))
const unknown: Form = {
  pattern: /^(?<invalid>Invalid|Illegal) user (?<user>.*) from (?<client>\S+?)(?: port (?<port>\d{1,5}))?$/s,
  name: 'invalid_user',
  outcome: 'failure',
}
const left: Form[] = [
  /^(?:Connection (?:closed|reset) by|Disconnected from) (?:(?<invalid>invalid)|authenticating) user (?<user>.*) (?<client>\S+) port (?<port>\d{1,5})(?: \[\w+\])?$/s,
  /^Disconnected from user (?<user>.*) (?<client>\S+) port (?<port>\d{1,5})$/s,
  /^(?:Connection (?:closed|reset) by|Disconnected from) (?<client>[^\s]+)(?: port (?<port>\d{1,5}))?(?: \[\w+\])?$/,
  // the reason is the client's own words
  /^Received disconnect from (?<client>\S+?)(?: port (?<port>\d{1,5}):|: )\d+:/,
  // here a user name stands on either side of the address, so neither is taken
  /^Disconnecting\b/,
].map(pattern => ({ pattern, name: 'disconnect' }))

/** By a message's first word. */
const forms: Record<string, Form[]> = {
  Failed: failed,
  Accepted: accepted,
  Invalid: [unknown],
  Illegal: [unknown],
  Connection: left,
  Disconnected: left,
  Disconnecting: left,
  Received: left,
  'Disconnecting:': left,
  reverse: [
    { pattern: /^reverse mapping checking getaddrinfo for (?<hostname>\S+) \[(?<client>[^\]\s]+)\] failed/, name: 'reverse_mapping' },
  ],
  Address: [
    { pattern: /^Address (?<client>\S+) maps to (?<hostname>\S+), but this does not map back to the address/, name: 'reverse_mapping' },
  ],
  User: [{ pattern: /^User (?<user>.*) from (?<client>\S+) not allowed because /s, name: 'user_not_allowed', outcome: 'failure' }],
  maximum: [
    {
      pattern:
        /^maximum authentication attempts exceeded for (?:(?<invalid>invalid) user )?(?<user>.*) from (?<client>\S+) port (?<port>\d{1,5})(?: ssh\d?)?(?: \[\w+\])?$/s,
      name: 'max_attempts',
      outcome: 'failure',
    },
  ],
  'PAM:': [
    {
      pattern: /^PAM: [A-Z][a-z ]+ for (?:(?<invalid>invalid|illegal) user )?(?<user>.*) from (?<client>\S+)$/s,
      name: 'pam_authentication',
      outcome: 'failure',
    },
  ],
  'input_userauth_request:': [{ pattern: /^input_userauth_request: (?<invalid>invalid) user (?<user>.*?)(?: \[preauth\])?$/s }],
  Did: [{ pattern: /^Did not receive identification string from (?<client>\S+)(?: port (?<port>\d{1,5}))?$/ }],
  Bad: [{ pattern: /^Bad protocol version identification .* from (?<client>\S+)(?: port (?<port>\d{1,5}))?$/s }],
  Unable: [{ pattern: /^Unable to negotiate with (?<client>\S+?)(?: port (?<port>\d{1,5}))?: / }],
}

function toAttributes({ name, outcome }: Form, groups: Partial<Record<string, string>>): JsonObject {
  const attributes: JsonObject = {}
  if (name !== undefined) attributes['evt'] = outcome === undefined ? { name } : { name, outcome }
  const { method, invalid, user, client, port, hostname } = groups
  if (method !== undefined) attributes['auth'] = { method }
  if (user !== undefined) attributes['usr'] = invalid === undefined ? { name: user } : { name: user, invalid: true }
  if (hostname !== undefined) attributes['network'] = { client: { hostname } }
  if (client !== undefined) putClient(attributes, client, port)
  return attributes
}

/** OpenSSH's server. */
export const sshd: LineReader = {
  name: 'sshd',
  programs: ['sshd'],
  read(message) {
    const text = message.replace(/^(?:error|fatal): /, '')
    const space = text.indexOf(' ')
    const word = space < 0 ? text : text.slice(0, space)
    if (!Object.hasOwn(forms, word)) return undefined
    for (const form of forms[word]!) {
      const match = form.pattern.exec(text)
      if (match) return { attributes: toAttributes(form, match.groups ?? {}), program: 'sshd' }
    }
    return undefined
  },
}
