import { get, isObject, type Json } from '../../../shared/json.ts'
import type { FoundRow } from '../../search-messages.ts'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { Folded } from '../folded.tsx'
import { When } from '../logs/columns.tsx'
import { Raw } from '../logs/panel.tsx'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { AttributeTree } from '../search/attribute-tree.tsx'
import type { Surface } from '../search/types.ts'

const tabs = [
  { id: 'event', label: 'Event' },
  { id: 'json', label: 'JSON' },
]

/** Who did what to what, and what it was before and after. */
export function AuditPanel({ row, surface }: { row: FoundRow; surface: Surface }) {
  const { doc } = row
  const tab = place.value.with['tab'] ?? 'event'
  const { prev_value: before, new_value: after, ...rest } = doc.attributes
  return (
    <Panel
      label={doc.message ?? 'Event'}
      of={row.id}
      tabs={tabs}
      tab={tab}
      onTab={id => show({ tab: id === 'event' ? undefined : id })}
      onClose={() => show({ row: undefined, tab: undefined })}
      head={
        <>
          <When time={doc.timestamp} />
          <span class="weak">
            <Ago time={doc.timestamp} sentence />
          </span>
        </>
      }
    >
      {tab === 'json' ? (
        <Raw json={JSON.stringify({ id: row.id, ...doc }, null, 2)} />
      ) : (
        <>
          <Change before={before} after={after} />
          <section>
            <h3>Event</h3>
            <AttributeTree surface={surface} of={rest} />
          </section>
        </>
      )}
    </Panel>
  )
}

/** What differs, member by member. */
function Change({ before, after }: { before: Json | undefined; after: Json | undefined }) {
  const [was, is] = [before, after].map(value => (isObject(value) ? value : undefined))
  const names = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])]
  const lines = names
    .map(name => ({ name, was: was && written(get(was, name)), is: is && written(get(is, name)) }))
    .filter(line => line.was !== line.is)
  if (lines.length === 0) return null
  return (
    <section>
      <h3>Change</h3>
      <dl class="facts">
        {lines.map(line => (
          <>
            <dt key={line.name}>
              <Visible text={line.name} />
            </dt>
            <dd>
              <Folded what={line.name}>
                <div class="diff">
                  {line.was !== undefined && (
                    <del>
                      <Visible text={line.was} />
                    </del>
                  )}
                  {line.is !== undefined && (
                    <ins>
                      <Visible text={line.is} />
                    </ins>
                  )}
                </div>
              </Folded>
            </dd>
          </>
        ))}
      </dl>
    </section>
  )
}
const written = (value: Json | undefined) =>
  value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value, null, 1)
