import { Copy, ExternalLink, ListFilter } from 'lucide'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Visible } from '../../ui/visible.tsx'
import type { Surface } from '../search/types.ts'
import { pageOf, serviceOf } from './catalogue.ts'
import { opensBox } from './over.tsx'
import { tagged } from './reading.ts'
import { copy } from './value-menu.ts'

/** The service of a signal: its card says whose it is, and leads to its page. */
export function serviceCell(services: readonly string[], tags: readonly string[], surface: Surface) {
  const [service, ...others] = services
  if (service === undefined) return <span class="weak">none</span>
  return (
    <>
      <button
        type="button"
        class="btn quiet small"
        title={`Service ${service}`}
        {...opensBox(surface.over, `Service ${service}`, close => (
          <ServiceCard service={service} tags={tags} surface={surface} close={close} />
        ))}
      >
        {Visible({ class: 'cut', text: service })}
      </button>
      {others.length > 0 && (
        <span class="weak" title={others.join(', ')}>
          +{others.length}
        </span>
      )}
    </>
  )
}

function ServiceCard(props: { service: string; tags: readonly string[]; surface: Surface; close(): void }) {
  const { service, tags, surface, close } = props
  const then = (run: () => void) => () => {
    close()
    run()
  }
  const known = serviceOf(service)
  const owner = known?.owner || tagged(tags, 'team')[0]
  const page = known && pageOf(known, service, tagged(tags, 'env')[0])
  return (
    <div class="service-card">
      <strong>{service}</strong>
      <p class="dim">{owner ? `Owned by ${owner}` : 'Nobody is named as its owner'}</p>
      {known?.onCall && <p class="dim">On call: {known.onCall}</p>}
      {known?.about && <p>{known.about}</p>}
      <div class="row wrap">
        {page !== undefined && (
          <a class="btn small" href={page} target="_blank" rel="noopener noreferrer">
            <Icon of={ExternalLink} small />
            Service page
          </a>
        )}
        <Button small icon={ListFilter} onClick={then(() => surface.narrow('service', service, 'filter'))}>
          Its signals
        </Button>
        <Button small icon={Copy} onClick={then(() => void copy(service))}>
          Copy
        </Button>
      </div>
    </div>
  )
}
