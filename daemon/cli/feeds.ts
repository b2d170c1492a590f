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
    format: { type: 'string', value: 'F', does: 'netset or csv' },
    category: { type: 'string', value: 'C', does: 'what its addresses are: scanner, attack, tor, hosting …' },
    intention: { type: 'string', value: 'I', does: 'malicious, suspicious, unknown or benign' },
    url: { type: 'string', value: 'URL', does: 'where it comes from' },
    licence: { type: 'string', value: 'L', does: 'under which licence' },
  },
  async run({ flags, args: [name = '', file], io, connect, show, tell }) {
    const { format, category, intention, url, licence } = flags
    for (const [flag, value] of Object.entries({ format, category, intention }))
      if (value === undefined) throw new WrongUsage(`A feed needs --${flag}. See: signalbox feeds add --help`)
    const client = connect()
    const bytes = file === undefined ? undefined : await readInput(file, io)
    const attributes = { name, format, category, intention, ...(url !== undefined && { url }), ...(licence !== undefined && { licence }) }
    let { data } = await client.send<Answer>('POST', path, { json: { data: { type: 'feed', attributes } } })
    if (bytes) data = await load(client, io, data.id, { file, bytes }, false).catch(error => undo(client, data.id, error))
    show({ data }, () => `${data.id}\n`)
    tell(file === undefined ? `Added. Fill it with: signalbox feeds update ${data.id} FILE` : `${sentence(data)}\n${fromNowOn}`)
  },
})

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
    tell(`${sentence(data)}\n${fromNowOn}`)
  },
})

const fromNowOn =
  'It applies to logs that come from now on: those that are there already keep what was known then. Look-ups know it at once.'

const toggle = (name: string, enabled: boolean, does: string) =>
  defineCommand({
    name,
    usage: 'ID',
    does,
    takes: [1, 1],
    async run({ args: [id = ''], connect, show, tell }) {
      const { data } = await connect().send<Answer>('PATCH', `${path}/${encodeURIComponent(id)}`, {
        json: { data: { type: 'feed', attributes: { enabled } } },
      })
      show({ data }, () => '')
      tell(`“${data.attributes.name}” is ${enabled ? `on. ${fromNowOn}` : 'off.'}`)
    },
  })

/** `signalbox feeds enable ID`. */
export const feedsEnable = toggle('feeds enable', true, 'Let a feed that was switched off answer again')

/** `signalbox feeds disable ID`. */
export const feedsDisable = toggle('feeds disable', false, 'Keep a feed, but let it say nothing')

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
