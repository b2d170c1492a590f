import type { LiveEvent } from '../shared/live.ts'
import type { Core } from './core/core.ts'
import type { TailPush } from './core/tails.ts'
import type { Refusal } from './lib/errors.ts'
import type { UnusableReason } from './lib/unusable.ts'

/** What the main thread asks of the worker. */
export type ToWorker =
  | {
      id: number
      name: keyof Core
      args: unknown[]
      /** The function takes a signal as its last argument, which `cancel` aborts. */
      cancellable: boolean
    }
  /** Nobody waits for the answer of that call any more. */
  | { cancel: number }

/** What a call came to: JSON in UTF-8. `raw` are the bytes of its own `body`, where that is bytes: a long text that is only sent on. */
export interface Result {
  type: 'result'
  id: number
  body: Uint8Array<ArrayBuffer>
  raw?: Uint8Array<ArrayBuffer>
}

export type FromWorker =
  | { type: 'ready' }
  | { type: 'unusable'; reason: UnusableReason | undefined; message: string }
  | Result
  | { type: 'refused'; id: number; refusal: Pick<Refusal, 'status' | 'code' | 'message' | 'problems' | 'headers'> }
  | { type: 'failed'; id: number; message: string }
  | { type: 'events'; events: LiveEvent[] }
  | { type: 'tail'; push: TailPush }
  | { type: 'report'; message: string }
