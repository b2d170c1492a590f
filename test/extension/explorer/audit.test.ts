import { expect, test } from 'vitest'
import { hashLast } from '../../../extension/explorer/audit/words.ts'

const id = '1041e979f8882cb58f8fd9c582dc0732'
test.each([
  [`changed the state of signal ${id} from open to archived`, id, `changed the state of signal from open to archived (${id})`],
  [`deleted the view 0b5a7c1e-12ab-4c3d-8e9f-001122334455`, id, `deleted the view 0b5a7c1e-12ab-4c3d-8e9f-001122334455`],
  ['created the user ana@example.com as Read Only', 'ana@example.com', 'created the user ana@example.com as Read Only'],
  ['created the role Night', id, 'created the role Night'],
])('%s, about %s → %s', (message, id, shown) => {
  expect(hashLast(message, { asset: { type: 'any', id } })).toBe(shown)
})
