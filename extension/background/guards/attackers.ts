import { type AttackerProtocol, attackerPages, attackerSorts } from '../../attacker-messages.ts'
import { type GuardsOf, list, oneOf, shape, text, whole } from '../guard.ts'
import { address } from './parts.ts'

const pageOfAttackers = {
  query: text(4000),
  from: text(10, from => /^now-\d{1,3}[hd]$/.test(from)),
  offset: whole(1_000_000),
  size: whole(attackerPages),
}
const someAttackers = { ...pageOfAttackers, sort: text(12, sort => (attackerSorts as readonly string[]).includes(sort.replace(/^-/, ''))) }
const listId = text(60, list => /^[0-9a-f-]{36}\.\d{1,6}$/.test(list))

export const attackerGuards: GuardsOf<AttackerProtocol> = {
  attackers: shape(someAttackers, { list: listId }),
  attackerGroups: shape({ ...pageOfAttackers, by: oneOf(['as', 'user_agent', 'cluster'] as const) }, { list: listId }),
  attacker: shape({ ip: address }),
  compareAttackers: shape({ addresses: list(address, 1, 20) }),
  compromisedUsers: shape(someAttackers, { list: listId }),
}
