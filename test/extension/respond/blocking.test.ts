import { expect, test } from 'vitest'
import { createBlocking } from '../../../extension/respond/blocking.ts'
import type { BlockRow } from '../../../extension/respond-messages.ts'

const value = '93.184.16.34'
const row = (given: Partial<BlockRow> = {}): BlockRow =>
  ({ id: 'one', kind: 'ip', value, state: 'active', until: Date.now() + 3_600_000, version: 1, reason: '', ...given }) as BlockRow

/** A dialog over a value that is blocked already; what was told, and what the undo of it asked for. */
async function extended(before: BlockRow, answer: BlockRow) {
  const told: string[] = []
  const asked: string[] = []
  let undo = () => {}
  const preview = { kind: 'ip', value, blocked: before, pass: null, objections: [], waits: { always: false, permanent: true } }
  const answers: Record<string, object> = {
    previewBlock: { previews: [preview], refused: [] },
    extendBlock: answer,
    liftBlock: { row: answer, others: [] },
  }
  const model = createBlocking({
    ask: (async (type: string, given: { id?: string }) => {
      if (type !== 'previewBlock') asked.push(`${type} ${given.id}`)
      return answers[type]
    }) as never,
    toasts: {
      show({ text, action }: { text: string; action?: { run(): void } }) {
        told.push(text)
        if (action) undo = action.run
      },
    } as never,
    about: { targets: [{ kind: 'ip', value }] },
  })
  await model.look()
  model.duration.value = 'permanent'
  await model.send()
  undo()
  await expect.poll(() => told.length).toBe(2)
  return { said: told[0], asked }
}

test.each([
  ['in force, answered as it is from now', row(), row({ version: 2, until: null }), `${value} now blocked for good`, 'extendBlock one'],
  [
    'in force, answered with another that waits',
    row(),
    row({ id: 'two', state: 'waiting' }),
    `${value} waits for a second person`,
    'liftBlock two',
  ],
])('made permanent, %s → said so, and undone', async (_, before, answer, says, undone) => {
  expect(await extended(before, answer)).toEqual({ said: says, asked: ['extendBlock one', undone] })
})
