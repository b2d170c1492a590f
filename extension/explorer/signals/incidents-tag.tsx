import { Siren } from 'lucide'
import { incidentKey } from '../../../shared/incident.ts'
import type { SignalRow } from '../../signal-row.ts'
import { Button } from '../../ui/button.tsx'
import { placeOfIncident } from '../escalate/incidents.ts'
import { go } from '../place.ts'

/** The incidents of a signal; a press opens one. */
export const InIncidents = ({ signal: { incidents = [] }, tabIndex }: { signal: SignalRow; tabIndex?: number }) => (
  <>
    {incidents.map(id => (
      <Button
        key={id}
        kind="quiet"
        small
        icon={Siren}
        title="Open the incident"
        {...(tabIndex !== undefined && { tabIndex })}
        onClick={event => {
          event.stopPropagation()
          go(placeOfIncident(id))
        }}
      >
        {incidentKey(id)}
      </Button>
    ))}
  </>
)
