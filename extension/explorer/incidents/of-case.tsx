import { Siren } from 'lucide'
import { useEffect, useMemo } from 'preact/hooks'
import type { CaseRow } from '../../case-messages.ts'
import { onPush } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { whyNot } from '../../ui/may.ts'
import { Visible } from '../../ui/visible.tsx'
import { escalateToIncident, placeOfIncident, whyNoIncident } from '../escalate/incidents.ts'
import { createLoad } from '../load.ts'
import { go } from '../place.ts'
import { IncidentSeverityLabel, IncidentStateLabel } from './looks.tsx'

/** The incidents that a case is linked to, and the way into one. `off` says why the case cannot change. */
export function IncidentsOfCase({ row, off }: { row: CaseRow; off: string | undefined }) {
  const found = useMemo(() => createLoad('incidents'), [])
  const load = () => void found.load({ query: `case:"${row.key}"`, offset: 0, size: 20 })
  useEffect(load, [row.key, row.version])
  useEffect(() => onPush(push => push.type === 'incidentNews' && load()), [row.key])
  const rows = found.value.value?.rows ?? []
  return (
    <section>
      <h3>Incidents</h3>
      <ul class="lines things">
        {rows.map(one => (
          <li key={one.id}>
            <Icon of={Siren} small />
            <div>
              <button type="button" class="link" onClick={() => go(placeOfIncident(one.publicId))}>
                {one.key} <Visible text={one.title} />
              </button>
              <div class="row wrap weak">
                <IncidentSeverityLabel of={one.severity} />
                <IncidentStateLabel state={one.state} />
              </div>
            </div>
          </li>
        ))}
      </ul>
      <Button
        small
        icon={Siren}
        off={off ?? whyNoIncident() ?? whyNot('security_monitoring_signals_write')}
        onClick={() => escalateToIncident({ rows: [], case: { id: row.id, key: row.key, title: row.title } })}
      >
        Declare or add to incident…
      </Button>
    </section>
  )
}
