import { readAddress } from '../../../shared/ip.ts'
import { maxQueryLength } from '../../../shared/query/limits.ts'
import { furthest } from '../../../shared/time.ts'
import { states } from '../../../shared/triage.ts'
import { longestTitle } from '../../signal-messages.ts'
import { type Guard, list, number, oneOf, shape, text, whole } from '../guard.ts'

// What messages of several kinds carry.

export const nothing = shape<object>({})
export const address = text(64, value => readAddress(value) !== undefined)
export const id = text(100, id => /^[\w-]+$/.test(id))
/** As many as the API takes together. */
export const ids = list(shape({ id, version: whole(Number.MAX_SAFE_INTEGER) }, { title: text(longestTitle) }), 1, 199)
export const state = oneOf(states)
export const version = whole(Number.MAX_SAFE_INTEGER)
/** The base64 of a file of 32 MB: a message of the browser may hold 64 MB. */
export const file = text(45_000_000, content => /^[A-Za-z0-9+/]*={0,2}$/.test(content))
export const secret = text(4096, value => /^[\x20-\x7e]+$/.test(value))
/** ms UTC: as far as a Date reaches. */
export const time: Guard<number> = number(-furthest, furthest)
export const queryText = text(maxQueryLength)
export const name = text(200, name => name.trim() !== '')
export const signalIds = list(id, 0, 199)
export const observable = text(2048, value => value !== '')
