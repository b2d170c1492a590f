import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineCommand } from './command.ts'
import { createProgress } from './progress.ts'
import { count } from './table.ts'
import { clean } from './text.ts'

interface Resource {
  id: string
  attributes: {
    directory: string
    state: 'running' | 'done' | 'failed'
    bytes: number
    total_bytes: number
    seq: number | null
    error: string | null
  }
}
interface Answer {
  data: Resource
}

const path = '/api/local/backups'
/** Between two questions how far it is, ms. */
const pause = 200

/** `signalbox backup [DIR]`. */
export const backup = defineCommand({
  name: 'backup',
  usage: '[DIR]',
  does: 'Copy store, feeds and settings while the daemon works, into DIR (a new folder on its machine) or one of DATA/backups. Keys are left out',
  takes: [0, 1],
  async run({ args: [dir], io, connect, show, tell }) {
    const client = connect()
    const attributes = dir === undefined ? {} : { directory: resolve(dir) }
    let { data } = await client.send<Answer>('POST', path, { json: { data: { type: 'backup', attributes } } })
    const progress = createProgress(io)
    while (data.attributes.state === 'running') {
      await sleep(pause)
      data = (await client.get<Answer>(`${path}/${encodeURIComponent(data.id)}`)).data
      const { bytes, total_bytes: total } = data.attributes
      progress.tell(() => `Copied ${count(bytes)} of about ${count(total)} bytes`)
    }
    progress.clear()
    const { directory, bytes, seq, state, error } = data.attributes
    if (state === 'failed') throw new Error(`The backup failed: ${error}`)
    show({ data }, () => `${clean(directory)}\n`)
    tell(`Everything up to ${seq} is in it: ${count(bytes)} bytes. Bring it back with: signalbox restore ${directory}`)
  },
})
