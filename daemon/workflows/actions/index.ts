import type { WorkflowAction } from '../../lib/kinds.ts'
import { addNote } from './add-note.ts'
import { assign } from './assign.ts'
import { blockIp } from './block-ip.ts'
import { blockUser } from './block-user.ts'
import { condition } from './condition.ts'
import { createCase } from './create-case.ts'
import { declareIncident } from './declare-incident.ts'
import { githubDispatch } from './github-dispatch.ts'
import { handOver } from './hand-over.ts'
import { httpRequest } from './http-request.ts'
import { notify } from './notify.ts'
import { runCommand } from './run-command.ts'
import { setState } from './set-state.ts'
import { wait } from './wait.ts'

/** What steps can do. A new action is a file here and a line in this list. */
export const actions: readonly WorkflowAction[] = [
  condition,
  wait,
  setState,
  assign,
  addNote,
  createCase,
  declareIncident,
  notify,
  blockIp,
  blockUser,
  httpRequest,
  handOver,
  githubDispatch,
  runCommand,
]

const byId = new Map(actions.map(action => [action.id, action]))
export const actionOf = (id: string): WorkflowAction | undefined => byId.get(id)
