import { parseArgs } from 'node:util'

const peers = ['duckdb', 'clickhouse', 'sqlite']
/** Logs beyond which the peers would take hours. */
const mostBesidePeers = 2_000_000

export interface Flags {
  logs: number
  only: string[]
  peers: string[]
  quick: boolean
  json: boolean
}

/** What the bench is asked for, or what is wrong with it. `measures` are the names there are. */
export function readFlags(args: string[], measures: readonly string[]): Flags | string {
  const usage = `npm run bench -- [--logs N] [--quick] [--only ${measures.join(',')}] [--peers ${peers.join(',')}] [--json]`
  const options = {
    logs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: measures.join() },
    peers: { type: 'string' },
    json: { type: 'boolean', default: false },
  } as const
  try {
    const { values } = parseArgs({ args, options })
    const { quick, json } = values
    const logs = Number(values.logs ?? (quick ? 100_000 : 1_000_000))
    if (!Number.isInteger(logs) || logs < 1000) throw new Error('--logs is a whole number from 1000 on.')
    return {
      logs,
      quick,
      json,
      only: named(values.only, measures),
      peers: named(values.peers ?? (logs > mostBesidePeers ? '' : peers.join()), peers),
    }
  } catch (error) {
    return `${(error as Error).message}\n${usage}`
  }
}

function named(text: string, known: readonly string[]): string[] {
  const names = text.split(',').filter(name => name !== '')
  for (const name of names) if (!known.includes(name)) throw new Error(`There is no ${name}.`)
  return names
}
