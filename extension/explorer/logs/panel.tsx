import type { FoundRow } from '../../search-messages.ts'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import type { Surface } from '../search/types.ts'
import { Level, When } from './columns.tsx'

export function LogPanel({ row }: { row: FoundRow; surface: Surface }) {
  const { doc } = row
  return (
    <Panel
      label="Log"
      of={row.id}
      onClose={() => show({ row: undefined })}
      head={
        <>
          <Level status={doc.status ?? ''} />
          <When time={doc.timestamp} />
        </>
      }
    >
      <pre class="query-text">{doc.message}</pre>
      <pre class="json">{JSON.stringify(doc, null, 2)}</pre>
    </Panel>
  )
}
