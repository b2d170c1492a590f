import { Siren } from 'lucide'
import { incidentKey } from '../../../shared/incident.ts'
import { Button } from '../../ui/button.tsx'
import { placeOfIncident } from '../escalate/incidents.ts'
import { go } from '../place.ts'

/** Incidents of a signal; a press opens one. */
export const InIncidents = ({ ids, tabIndex }: { ids: readonly number[]; tabIndex?: number }) => (
  <>
    {ids.map(id => (
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
