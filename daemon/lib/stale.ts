import { createHash } from 'node:crypto'
import { Refusal } from './errors.ts'

/** What tells one state of a thing from another: the start of a hash of it. Where a person has edited a file by hand, it is another one too. */
export const versionOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

/** Refuse a change of what is not any more what somebody read; without a version it goes through. `field` is where the version stood. */
export function checkVersion(
  what: string,
  current: string | null,
  given: string | null | undefined,
  field = 'data.attributes.version',
): void {
  if (given === undefined || given === current) return
  throw new Refusal(409, 'stale_version', `Somebody changed ${what} in the meantime: read it again`, {
    problems: [{ field, message: `is ${given ?? 'none'}, now it is ${current ?? 'none'}` }],
  })
}
