import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Verification } from './cli/audit.ts'
import { Unusable } from './lib/unusable.ts'
import { openForReading } from './open-for-reading.ts'
import { openAudit } from './store/audit.ts'
import { isLocked } from './store/sqlite.ts'

/** Verify the audit trail of a data directory that no daemon has. Only reads. Throws an Unusable. */
export function verifyOffline(dir: string): Verification {
  const path = join(dir, 'signalbox.db')
  if (!existsSync(path)) throw new Unusable('missing', `There is no store in ${dir}. Name its directory with --data.`)
  let close = () => {}
  try {
    const file = openForReading(path)
    close = file.close
    const audit = openAudit(file.db, () => 0, String)
    const broken = audit.verify()
    return { intact: broken === undefined, broken_at_seq: broken?.seq ?? null, head: audit.head(), cut: audit.cut() ?? null }
  } catch (error) {
    if (isLocked(error)) throw new Unusable('locked', `Another process has ${path}. Stop it, or set SIGNALBOX_URL to ask its daemon.`)
    throw new Unusable('damaged', `${path} cannot be read (${(error as Error).message}). Run \`signalbox doctor\`.`)
  } finally {
    close()
  }
}
