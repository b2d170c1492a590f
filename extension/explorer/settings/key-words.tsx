import { TriangleAlert } from 'lucide'
import type { KeyRow } from '../../access-messages.ts'
import { Icon } from '../../ui/icon.tsx'
import { exact, now } from '../../ui/time.tsx'
import { me } from '../signals/desk.ts'
import { called, users } from './access-list.ts'
import { ahead } from './ahead.ts'

/** Whose it is, as far as that may be known. */
export function ownerOf({ owner }: Pick<KeyRow, 'owner'>): string {
  if (owner === me()) return 'You'
  const user = users.value.value?.users.find(({ id }) => id === owner)
  return user ? called(user) : 'Somebody'
}

export const kindLabels: Record<KeyRow['kind'], string> = { application: 'Application key', api: 'API key' }
export const isExpired = ({ expiresAt }: Pick<KeyRow, 'expiresAt'>, time: number): boolean => expiresAt !== null && expiresAt <= time

export const Expiry = ({ of }: { of: KeyRow }) =>
  of.expiresAt === null ? (
    <span class="weak">never</span>
  ) : isExpired(of, now.value) ? (
    <span class="tag suspicious" title={exact(of.expiresAt)}>
      <Icon of={TriangleAlert} />
      Expired
    </span>
  ) : (
    <time title={exact(of.expiresAt)}>{ahead(of.expiresAt, now.value)}</time>
  )

/** What it may do, in a word or two. */
export const scopesOf = ({ kind, scopes }: Pick<KeyRow, 'kind' | 'scopes'>): string =>
  kind === 'api' ? 'Sends logs in' : scopes === null ? 'All that its user may' : `${scopes.length} permissions`
