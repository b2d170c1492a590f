import type { Actor } from '../../shared/audit.ts'

type AboutAddress = 'own_address' | 'your_address' | 'gateway' | 'not_public' | 'known_good' | 'wide_range' | 'too_wide'
type AboutUser = 'your_account' | 'colleague' | 'service_account' | 'anybody'

/** Why it may be wrong to block something. `final`: no confirmation helps. */
export interface Objection {
  code: AboutAddress | AboutUser
  message: string
  final?: true
}

/** Who asks, and from where; nothing where rules and workflows do. */
export type Asker = Pick<Actor, 'ip'> & Partial<Pick<Actor, 'uuid'>>
