import { isWhole, type PasslistPayload } from '../../shared/passlist.ts'
import { isPrivate, readSpan, tooWide } from '../../shared/span.ts'
import { whyWide } from './guard.ts'

/** What an exclusion filter would spare that is so much that it has to be typed again, and why. */
export interface PassObjection {
  value: string
  message: string
  /** The member of the filter that says so. */
  field: 'ip_list' | 'path_glob'
}

type Spared = Pick<PasslistPayload, 'ip_list' | 'path_glob' | 'parameters' | 'scope' | 'rules_target'>

/** What speaks against sparing so much at once: whoever is spared is not blocked, and unless trusted makes no signals. */
export function passObjections(spared: Spared, widest: { v4: number; v6: number }): PassObjection[] {
  const { path_glob: glob, ip_list: addresses } = spared
  const isEveryPath = glob !== null && /^[*?/]+$/.test(glob)
  if (isEveryPath && addresses.length === 0 && isWhole({ ...spared, path_glob: null }))
    return [{ value: glob, message: `${glob} is every path: no log that has one would make a signal`, field: 'path_glob' }]
  if (!isWhole({ ...spared, path_glob: isEveryPath ? null : glob })) return []
  const field = 'ip_list'
  return addresses.flatMap((value): PassObjection[] => {
    const span = readSpan(value)
    if (!span) return []
    if (tooWide(span))
      return [
        { value, message: `${value} is more of the internet than a /8 of IPv4 or a /16 of IPv6: hardly any block would be left`, field },
      ]
    // one's own networks are wide
    const message = isPrivate(span) ? undefined : whyWide(value, span, widest)
    return message === undefined ? [] : [{ value, message, field }]
  })
}
