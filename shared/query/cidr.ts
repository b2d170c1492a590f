import { readBlock } from '../block.ts'
import { type Query, QueryError, type Span } from './ast.ts'
import { readField } from './field.ts'
import type { Token } from './lex.ts'
import { freeColon } from './scan.ts'

/** Read the parts of `CIDR(key, block, …)`, commas included; `at` is the whole call. */
export function readCidr(text: string, parts: readonly Token[], at: Span): Query {
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0 && part.kind === 'comma') throw new QueryError('Nothing stands before this comma.', part.at)
    if (index % 2 === 1 && part.kind !== 'comma') throw new QueryError('A comma is missing before this.', part.at)
  }
  const [key, ...rest] = parts
  if (!key || rest.length === 0) throw new QueryError('CIDR needs a key and at least one block: CIDR(@network.client.ip, 10.0.0.0/8).', at)
  const last = rest.at(-1)!
  if (last.kind === 'comma') throw new QueryError('A block is missing after this comma.', last.at)
  const colon = freeColon(text, ...key.at)
  if (colon >= 0) throw new QueryError('In CIDR the key has no colon; a comma follows it.', [colon, colon + 1])
  const field = readField(text, key.at, key.at)
  const blocks = rest.filter(part => part.kind === 'block').map(part => ({ text: text.slice(...part.at), at: part.at }))
  for (const block of blocks)
    if (!readBlock(block.text)) throw new QueryError('This is neither an address nor a block such as 10.0.0.0/8.', block.at)
  return { kind: 'cidr', field, blocks, at }
}
