import { parseDuration, TimeError } from '../../shared/time.ts'
import { allPages } from './all-pages.ts'
import { type Client, ownKeys } from './client.ts'
import { defineCommand, WrongUsage } from './command.ts'
import { userNamed, usersOf, wordsOf } from './people.ts'
import { table, time } from './table.ts'

interface Key {
  id: string
  type: 'api_keys' | 'application_keys'
  attributes: {
    name: string
    created_at: string
    last4: string
    key?: string
    scopes?: string[] | null
    expires_at: string | null
    x_local_origin?: string
  }
}
const kindOf = ({ type }: Key) => (type === 'api_keys' ? 'api' : 'application')

const allKeys = async (client: Client): Promise<Key[]> => [
  ...(await allPages<Key>(client, '/api/v2/api_keys')),
  ...(await allPages<Key>(client, '/api/v2/application_keys')),
]

/** `signalbox keys list`. */
export const keysList = defineCommand({
  name: 'keys list',
  usage: '',
  does: 'List the keys that are in use, without their secrets',
  async run({ connect, show }) {
    const data = await allKeys(connect())
    show({ data }, () =>
      table(
        ['Id', 'Kind', 'Name', 'Ends in', 'Created', 'Expires', 'Scopes'],
        data.map(key => {
          const { name, last4, created_at, expires_at, scopes } = key.attributes
          return [
            key.id,
            kindOf(key),
            name,
            last4,
            time(created_at),
            expires_at === null ? 'never' : time(expires_at),
            scopes ? `${scopes.length}` : kindOf(key) === 'api' ? 'logs in' : 'all',
          ]
        }),
      ),
    )
  },
})

/** `signalbox keys create NAME`: the secret alone on standard output, so that a script can take it. */
export const keysCreate = defineCommand({
  name: 'keys create',
  usage: 'NAME [--kind api|application] [--scopes S,…] [--expires 30d] [--user HANDLE]',
  does: 'Make a key: an application key that speaks for you, or an API key that lets logs in. It is shown this once',
  takes: [1, 1],
  flags: {
    kind: { type: 'string', value: 'KIND', does: 'application, or api; application unless it is given' },
    scopes: { type: 'string', multiple: true, value: 'S,…', does: 'the only permissions that an application key has' },
    expires: { type: 'string', value: 'WHEN', does: 'how long it lets in, such as 12h or 30d, or until when, as 2027-01-31T00:00:00Z' },
    user: { type: 'string', value: 'HANDLE', does: 'whom an application key speaks for; you unless it is given' },
  },
  async run({ flags, args: [name = ''], connect, show, tell }) {
    const { kind = 'application' } = flags
    if (kind !== 'api' && kind !== 'application') throw new WrongUsage('--kind is api or application')
    const scopes = wordsOf(flags.scopes)
    if (kind === 'api' && (scopes || flags.user !== undefined))
      throw new WrongUsage('An API key only lets logs in: it has no --scopes and speaks for no --user')
    const expires_at = flags.expires === undefined ? undefined : readExpiry(flags.expires)
    const client = connect()
    const path =
      kind === 'api'
        ? '/api/v2/api_keys'
        : flags.user === undefined
          ? '/api/v2/current_user/application_keys'
          : `/api/local/users/${encodeURIComponent(userNamed(flags.user, await usersOf(client)).id)}/application_keys`
    const answer = await client.send<{ data: Key }>('POST', path, {
      json: { data: { attributes: { name, ...(scopes && { scopes }), ...(expires_at !== undefined && { expires_at }) } } },
    })
    show(answer, () => `${answer.data.attributes.key ?? ''}\n`)
    tell(`The ${kind} key “${name}” (${answer.data.id}). Keep it: it is not shown again.`)
  },
})

function readExpiry(text: string): string {
  try {
    return new Date(Date.now() + parseDuration(text)).toISOString()
  } catch (error) {
    if (!(error instanceof TimeError)) throw error
    const time = Date.parse(text)
    if (Number.isNaN(time)) throw new WrongUsage(`--expires takes a time such as 30d or 2027-01-31T00:00:00Z, not ${text}`)
    return new Date(time).toISOString()
  }
}

/** `signalbox keys revoke ID`. */
export const keysRevoke = defineCommand({
  name: 'keys revoke',
  usage: 'ID… [--force]',
  does: 'End keys at once',
  takes: [1, 1000],
  flags: { force: { type: 'boolean', does: 'even the key that this command uses itself' } },
  async run({ flags, args, io, place, connect, show, tell }) {
    const client = connect()
    const known = await allKeys(client)
    const keys = args.map(id => {
      const key = known.find(key => key.id === id)
      if (!key) throw new Error(`There is no key ${id}. See: signalbox keys list`)
      return key
    })
    const own = ownKeys(io.env, place)
    for (const key of keys)
      if (!flags.force && own[kindOf(key)]?.endsWith(key.attributes.last4))
        throw new Error(
          `“${key.attributes.name}” is the key of this command line: without it nothing here works. --force ends it all the same.`,
        )
    for (const { id, type } of keys) await client.send('DELETE', `/api/v2/${type}/${encodeURIComponent(id)}`)
    show({ data: keys.map(({ id, type }) => ({ id, type })) }, () => '')
    for (const { attributes } of keys) tell(`Revoked “${attributes.name}”.`)
  },
})
