import type { User } from '../../shared/user.ts'
import type { Asker, Objection } from './objection.ts'

export interface UserGuardNeeds {
  /** Who may act here, by uuid; another map once that has changed. */
  users(): ReadonlyMap<string, User>
  /** Whether programs act as a user, by an application key of theirs. */
  isService(uuid: string): boolean
}

/** As names are compared: whoever writes logs has a mind of their own about case, width and domains. */
const folded = (name: string): string => name.normalize('NFKC').trim().toLowerCase()
const namesOf = ({ uuid, handle, email, name }: User): string[] =>
  [uuid, handle, email, name, ...[handle, email].map(address => address.replace(/@.*$/s, ''))].map(folded).filter(Boolean)

/** What programs write where they know nobody's name. */
const nobody = new Set(
  ['anonymous', 'nil', 'nobody', 'none', 'null', '(null)', 'n/a', 'undefined', 'unknown'].flatMap(word => [word, `<${word}>`, `[${word}]`]),
)
/** Whether a name stands for anybody: a pattern, or what is written where there is no name. */
export function namesAnybody(value: string): boolean {
  const name = folded(value)
  return !/[\p{L}\p{N}]/u.test(name) || /[*%]/.test(name) || nobody.has(name)
}

/** Says what speaks against the block of a user: it is somebody who works here, a program that does, or anybody. */
export function createUserGuard({ users, isService }: UserGuardNeeds): (value: string, asker?: Asker) => Objection[] {
  let known: { users: ReadonlyMap<string, User>; byName: Map<string, User[]> } | undefined
  /** Whoever is disabled cannot be locked out. */
  function byName(): Map<string, User[]> {
    const all = users()
    if (known?.users === all) return known.byName
    const byName = new Map<string, User[]>()
    for (const user of all.values())
      if (!user.disabled) for (const name of new Set(namesOf(user))) byName.set(name, [...(byName.get(name) ?? []), user])
    known = { users: all, byName }
    return byName
  }
  return (value, asker) => {
    if (namesAnybody(value))
      return [{ code: 'anybody', message: `${value} may be anybody: it is a pattern, or stands where there is no name` }]
    const name = folded(value)
    // as Windows writes it: DOMAIN\name
    const meant = byName().get(name) ?? byName().get(name.replace(/^.*\\/s, '')) ?? []
    return meant.map((user): Objection => {
      if (asker?.uuid && user.uuid === asker.uuid)
        return { code: 'your_account', message: `${value} is your own account: you would lock yourself out` }
      return isService(user.uuid)
        ? { code: 'service_account', message: `${value} is ${saidOf(user)}, whom programs act as by an application key` }
        : { code: 'colleague', message: `${value} is ${saidOf(user)}, who works here` }
    })
  }
}

const saidOf = ({ name, handle }: User): string => (name === '' || name === handle ? handle : `${name} (${handle})`)
