import { defineCommand } from './command.ts'
import { clean } from './text.ts'

interface Answer {
  data: { attributes: { code: string; expires_in_s: number } }
}

/** `signalbox pair`: a code to type into the extension. */
export const pair = defineCommand({
  name: 'pair',
  usage: '[--admin]',
  does: 'Make a new pairing code for a browser that will act as you: it works once',
  flags: { admin: { type: 'boolean', does: 'the browser may also manage users, roles, keys and settings, as far as you may' } },
  async run({ flags, connect, show, tell }) {
    const json = flags.admin ? { data: { attributes: { administers: true } } } : {}
    const { data } = await connect().send<Answer>('POST', '/api/local/pairing', { json })
    show({ data }, () => `${clean(data.attributes.code)}\n`)
    tell(`Type it into the extension within ${Math.floor(data.attributes.expires_in_s / 60)} minutes. It works once.`)
  },
})
