import type { Feed } from '../../shared/indicator.ts'
import type { Client } from './client.ts'
import { defineCommand, WrongUsage } from './command.ts'
import { during } from './progress.ts'
import { readInput } from './read-input.ts'
import { Refused } from './refused.ts'
import type { Surroundings } from './surroundings.ts'
import { count, many, table, time } from './table.ts'

interface Resource {
  id: string
  type: 'feed'
  attributes: Omit<Feed, 'id'>
}
interface Answer {
  data: Resource
}

const path = '/api/local/feeds'
const cataloguePath = '/api/local/feed-catalogue'

interface CatalogueResource {
  id: string
  attributes: {
    name: string
    about: string
    licence: string
    category: string
    intention: string
    feed_id: string | null
    enabled: boolean
  }
}

/** `signalbox feeds list`. */
export const feedsList = defineCommand({
  name: 'feeds list',
  usage: '',
  does: 'List the threat feeds',
  async run({ connect, show }) {
    const { data } = await connect().get<{ data: Resource[] }>(path)
    show({ data }, () =>
      table(
        ['Id', 'Name', 'Category', 'Intention', { head: 'Entries', right: true }, 'Updated', 'State'],
        data.map(({ id, attributes: { name, category, intention, entries, updated_at, enabled, error } }) => {
          const state = error ? `stale since ${time(error.since)}: ${error.message}` : enabled ? 'on' : 'off'
          return [id, name, category, intention, count(entries), time(updated_at), state]
        }),
      ),
    )
  },
})

/** `signalbox feeds add NAME FILE`. */
export const feedsAdd = defineCommand({
  name: 'feeds add',
  usage: 'NAME --format F --category C --intention I [--url URL] [--licence L] [FILE]',
  does: 'Add a threat feed, with the entries of a file; - is standard input',
  takes: [1, 2],
  flags: {
    format: { type: 'string', value: 'F', does: 'netset, csv, list, json, stix, misp, misp-warninglist or mmdb' },
    category: { type: 'string', value: 'C', does: 'what its addresses are: scanner, attack, tor, hosting …' },
    intention: { type: 'string', value: 'I', does: 'malicious, suspicious, unknown or benign' },
    url: { type: 'string', value: 'URL', does: 'where it comes from' },
    licence: { type: 'string', value: 'L', does: 'under which licence' },
    columns: { type: 'string', value: 'JSON', does: 'which columns of csv or members of json hold what: {"value": "ip", "score": 3}' },
    refresh: { type: 'string', value: 'VIA', does: 'keep it up to date from its URL: file, taxii or misp' },
    every: { type: 'string', value: 'HOURS', does: 'how often: 24 unless it says otherwise' },
    auth: { type: 'string', value: 'A', does: 'basic:USER, bearer or header:NAME; the secret is set by feeds secret' },
    'expire-days': { type: 'string', value: 'N', does: 'entries that are not seen for so long do not count any more' },
    'known-good': { type: 'boolean', does: 'its entries are known to be good: they downgrade what others say' },
  },
  async run({ flags, args: [name = '', file], io, connect, show, tell }) {
    const { format, category, intention, url, licence } = flags
    for (const [flag, value] of Object.entries({ format, category, intention }))
      if (value === undefined) throw new WrongUsage(`A feed needs --${flag}. See: signalbox feeds add --help`)
    const client = connect()
    const bytes = file === undefined ? undefined : await readInput(file, io)
    const attributes = {
      ...{ name, format, category, intention },
      ...(url !== undefined && { url }),
      ...(licence !== undefined && { licence }),
      ...moreOf(flags),
    }
    let { data } = await client.send<Answer>('POST', path, { json: { data: { type: 'feed', attributes } } })
    if (bytes) data = await load(client, io, data.id, { file, bytes }, false).catch(error => undo(client, data.id, error))
    show({ data }, () => `${data.id}\n`)
    const next =
      flags.refresh === undefined
        ? `Fill it with: signalbox feeds update ${data.id} FILE`
        : `Fetch it now with: signalbox feeds refresh ${data.id}`
    tell(file === undefined ? `Added. ${next}` : `${sentence(data)}\n${andBefore}`)
  },
})

type More = Partial<Record<'columns' | 'refresh' | 'every' | 'auth' | 'expire-days', string | undefined>> & {
  'known-good'?: boolean | undefined
}

/** What may be said of a feed besides; what is wrong with it the daemon says. */
function moreOf({ columns, refresh, every, auth, 'expire-days': expire, 'known-good': good }: More) {
  if (refresh === undefined && (every !== undefined || auth !== undefined)) throw new WrongUsage('--every and --auth go with --refresh')
  const [type, word] = auth?.split(/:(.*)/s) ?? []
  const signed = { type, ...(type === 'basic' && { user: word }), ...(type === 'header' && { header: word }) }
  return {
    ...(columns !== undefined && { columns: jsonOf(columns) }),
    ...(refresh !== undefined && {
      refresh: { via: refresh, ...(every !== undefined && { every_hours: Number(every) }), ...(auth !== undefined && { auth: signed }) },
    }),
    ...(expire !== undefined && { expire_days: Number(expire) }),
    ...(good && { known_good: true }),
  }
}
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new WrongUsage('--columns is not JSON')
  }
}

/** `signalbox feeds update ID FILE`. */
export const feedsUpdate = defineCommand({
  name: 'feeds update',
  usage: 'ID FILE [--force]',
  does: 'Replace the entries of a feed by those of a file; - is standard input',
  takes: [2, 2],
  flags: { force: { type: 'boolean', does: 'even where less than half of the entries would be left' } },
  async run({ flags, args: [id = '', file = ''], io, connect, show, tell }) {
    const data = await load(connect(), io, id, { file, bytes: await readInput(file, io) }, flags.force === true)
    show({ data }, () => '')
    tell(`${sentence(data)}\n${andBefore}`)
  },
})

const andBefore = 'Logs that are there already are matched too: see GET /api/local/hunts. Look-ups know it at once.'

const switched = (client: Client, id: string, enabled: boolean) =>
  client.send<Answer>('PATCH', `${path}/${encodeURIComponent(id)}`, { json: { data: { type: 'feed', attributes: { enabled } } } })

/** `signalbox feeds enable ID`. */
export const feedsEnable = defineCommand({
  name: 'feeds enable',
  usage: 'ID',
  does: 'Switch on a feed of the catalogue, or let one that was switched off answer again',
  takes: [1, 1],
  async run({ args: [id = ''], connect, show, tell }) {
    const client = connect()
    const listed = (await client.get<{ data: CatalogueResource[] }>(cataloguePath)).data.find(feed => feed.id === id)
    const isNew = listed !== undefined && listed.attributes.feed_id === null
    const { data } = isNew
      ? await client.send<Answer>('POST', `${cataloguePath}/${encodeURIComponent(id)}/enable`, { json: {} })
      : await switched(client, listed?.attributes.feed_id ?? id, true)
    show({ data }, () => (isNew ? `${data.id}\n` : ''))
    tell(
      isNew
        ? `“${data.attributes.name}” is on, and is being fetched. Licence: ${listed.attributes.licence}. See: signalbox feeds list`
        : `“${data.attributes.name}” is on. ${andBefore}`,
    )
  },
})

/** `signalbox feeds disable ID`. */
export const feedsDisable = defineCommand({
  name: 'feeds disable',
  usage: 'ID',
  does: 'Keep a feed, but let it say nothing and fetch nothing',
  takes: [1, 1],
  async run({ args: [id = ''], connect, show, tell }) {
    const { data } = await switched(connect(), id, false)
    show({ data }, () => '')
    tell(`“${data.attributes.name}” is off.`)
  },
})

/** `signalbox feeds catalogue`. */
export const feedsCatalogue = defineCommand({
  name: 'feeds catalogue',
  usage: '',
  does: 'List open feeds that can be switched on; nothing is fetched before',
  async run({ connect, show }) {
    const { data } = await connect().get<{ data: CatalogueResource[] }>(cataloguePath)
    show({ data }, () =>
      table(
        ['Id', 'Category', 'Intention', 'State', 'Licence', 'About'],
        data.map(({ id, attributes: { category, intention, licence, about, feed_id, enabled } }) => [
          ...[id, category, intention, feed_id === null ? '' : enabled ? 'on' : 'off', licence, about],
        ]),
      ),
    )
  },
})

/** `signalbox feeds refresh ID`. */
export const feedsRefresh = defineCommand({
  name: 'feeds refresh',
  usage: 'ID [--force]',
  does: 'Fetch a feed now',
  takes: [1, 1],
  flags: { force: { type: 'boolean', does: 'even where less than half of the entries would be left' } },
  async run({ flags, args: [id = ''], io, connect, show, tell }) {
    const query = flags.force ? { force: 'true' } : {}
    const { data } = await during(
      io,
      'Fetching',
      connect().send<Answer>('POST', `${path}/${encodeURIComponent(id)}/refresh`, { query, json: {} }),
    )
    show({ data }, () => '')
    tell(`${sentence(data)}\n${andBefore}`)
  },
})

/** `signalbox feeds secret ID`. */
export const feedsSecret = defineCommand({
  name: 'feeds secret',
  usage: 'ID FILE [--forget]',
  does: 'Keep the password or token that a feed is fetched with: the first line of a file, or - for standard input',
  takes: [1, 2],
  flags: { forget: { type: 'boolean', does: 'keep it no longer' } },
  async run({ flags, args: [id = '', file], io, connect, show, tell }) {
    // never as an argument: other users can read a command line
    if (flags.forget !== true && file === undefined) throw new WrongUsage('Usage: signalbox feeds secret ID FILE')
    const secret = flags.forget ? null : (await readInput(file!, io)).toString().split(/\r?\n/)[0]!
    const { data } = await connect().send<Answer>('PUT', `${path}/${encodeURIComponent(id)}/secret`, {
      json: { data: { type: 'secret', attributes: { secret } } },
    })
    show({ data }, () => '')
    tell(secret === null ? 'Forgotten.' : 'Kept. It is not shown again, and is in no backup.')
  },
})

/** `signalbox feeds remove ID`. */
export const feedsRemove = defineCommand({
  name: 'feeds remove',
  usage: 'ID',
  does: 'Remove a feed and its entries. Logs keep what it has said of them',
  takes: [1, 1],
  async run({ args: [id = ''], connect, show, tell }) {
    await connect().send('DELETE', `${path}/${encodeURIComponent(id)}`)
    show({ data: { type: 'feed', id } }, () => '')
    tell(`Removed the feed ${id}.`)
  },
})

/** What is wrong with a text is said with the file that it is from. */
async function load(
  client: Client,
  io: Surroundings,
  id: string,
  { file = '-', bytes }: { file: string | undefined; bytes: Buffer },
  force: boolean,
): Promise<Resource> {
  if (bytes.length === 0) throw new Error(`${file}: the file is empty`)
  const query = force ? { force: 'true' } : {}
  const request = client.send<Answer>('PUT', `${path}/${encodeURIComponent(id)}/content`, { query, text: bytes })
  const answer = await during(io, 'Loading', request).catch(error => {
    throw error instanceof Refused && error.status === 400 ? new Error(`${file}: ${error.message}`) : error
  })
  return answer.data
}

/** A feed that could not be filled would stand in the way of the next try. */
async function undo(client: Client, id: string, error: unknown): Promise<never> {
  await client.send('DELETE', `${path}/${encodeURIComponent(id)}`)
  throw error
}

const sentence = ({ attributes: { name, entries, skipped } }: Resource) =>
  `“${name}” has ${entries === 1 ? '1 entry' : `${count(entries)} entries`}.${skipped ? ` ${many(skipped.lines, 'line')} left out; the first: ${skipped.first}` : ''}`
