import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Triaged } from '../../shared/signal.ts'
import { archiveReasons, states } from '../../shared/triage.ts'
import type { WriteContext } from '../lib/actor.ts'
import { type Env, jsonAnswer, restrictionsOf } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Change } from './move.ts'
import { TriageResource, triageAttributes, triageResource } from './wire.ts'

/** A change to triage as the store takes it: people by uuid, '' for nobody. */
export type Wanted = Omit<Change, 'assignee'> & { assignee?: string }
export type MoveSignals = (
  only: Restrictions,
  ctx: WriteContext,
  moves: (Wanted & { id: string })[],
) => Promise<{ signals: Triaged[]; change: string }>

export const Id = z.string().min(1).max(128)
export const Param = z.object({ id: Id })
export const StateFields = {
  state: z.enum(states),
  archive_reason: z.enum(archiveReasons).optional(),
  archive_comment: z.string().max(4096).optional(),
}
/** Ids of one request. */
export const mostAtOnce = 199

/** Names the change that an answer tells of, so that it can be put back. A dry run is none. */
export function tellChange(c: Context<Env>, change: string): void {
  if (!c.var.write.dryRun) c.header('Signalbox-Change', change)
}
export const changeHeader = {
  'Signalbox-Change': { description: 'Undoes this: POST /api/local/changes/{id}/undo', schema: { type: 'string' as const } },
}

export const triaged = {
  200: { ...jsonAnswer(z.object({ data: TriageResource }), 'Triage as it is now'), headers: changeHeader },
  409: jsonAnswer(z.looseObject({}), 'Somebody else changed the signal in the meantime'),
}
export const moveOne = async (c: Context<Env>, moveSignals: MoveSignals, move: Wanted & { id: string }) => {
  const { signals, change } = await moveSignals(restrictionsOf(c), c.var.write, [move])
  tellChange(c, change)
  return { data: triageResource(signals[0]!) }
}

const BulkAnswer = z.object({
  type: z.string(),
  status: z.string(),
  result: z.object({ count: z.number(), events: z.array(z.object({ id: z.string(), event: z.looseObject({}) })) }),
})
export const bulkAnswer = {
  200: { ...jsonAnswer(BulkAnswer, 'Every signal as it is now: all are changed, or none'), headers: changeHeader },
}
export const moveMany = async (c: Context<Env>, moveSignals: MoveSignals, moves: (Wanted & { id: string })[]) => {
  const { signals, change } = await moveSignals(restrictionsOf(c), c.var.write, moves)
  tellChange(c, change)
  return {
    type: 'status',
    status: 'done',
    result: {
      count: signals.length,
      events: signals.map(signal => ({ id: signal.id, event: { id: signal.id, ...triageAttributes(signal) } })),
    },
  }
}
