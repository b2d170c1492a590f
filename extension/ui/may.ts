import { computed } from '@preact/signals'
import { administration, type Permission, readPermissions, whyNot as whyNotGranted } from '../../shared/permissions.ts'
import { status } from './live.ts'
import { away, off } from './off.ts'

let known: ReadonlySet<string> = new Set()
/** What whoever sits here may do, by their roles and the key of this browser; while the daemon is away, what it was. */
export const granted = computed<ReadonlySet<string>>(() => {
  const now = status.value
  if (now?.connection.state === 'live') known = new Set(now.connection.user.permissions)
  return known
})

/** Why something that needs a permission cannot be done now, in words; undefined while it can. The daemon has the last word. */
export const whyNot = (permission: Permission): string | undefined =>
  readPermissions.has(permission) ? whyUnread(permission) : (off.value ?? whyNever(permission))

/** The same of what is only read, where it takes a permission that is for more. */
export const whyUnread = (permission: Permission): string | undefined => away.value ?? whyNever(permission)

/** The same of what is possible while the daemon is away too: what it has told is looked at. */
export function whyNever(permission: Permission): string | undefined {
  const why = whyNotGranted(granted.value, permission)
  if (why === undefined) return undefined
  const how = administration.includes(permission)
    ? 'A browser has it only where it was paired by signalbox pair --admin, and your role allows it.'
    : 'An admin can grant it.'
  return `${why}. ${how}`
}

/** Why no signal can be triaged now. */
export const whyNoTriage = (): string | undefined => whyNot('security_monitoring_signals_write')

/** Why nothing can be blocked or let be now. */
export const whyNoBlock = (): string | undefined => whyNot('appsec_protect_write') ?? whyNot('appsec_protect_read')

/** Whether nothing can be written in a text field: while the daemon is away, and in what was begun before, one goes on; only sending waits. */
export const isFixed = (why: string | undefined, text: string): boolean => why !== undefined && why !== off.value && text === ''
