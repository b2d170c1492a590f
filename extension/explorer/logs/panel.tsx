import { Copy } from 'lucide'
import type { JsonObject } from '../../../shared/json.ts'
import type { FoundRow } from '../../search-messages.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Visible } from '../../ui/visible.tsx'
import { Folded } from '../folded.tsx'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { AttributeTree } from '../search/attribute-tree.tsx'
import { copy } from '../search/cell-menu.tsx'
import { isolated, valuesOf } from '../search/column.tsx'
import type { Surface } from '../search/types.ts'
import { ValueButton } from '../search/value-button.tsx'
import { Level, When } from './columns.tsx'
import { Context } from './context.tsx'
import { Addresses, Intel } from './intel.tsx'

const tabs = [
  { id: 'log', label: 'Log' },
  { id: 'context', label: 'Before and after' },
  { id: 'json', label: 'JSON' },
]
const reserved = ['service', 'source', 'host', 'status'] as const

export function LogPanel({ row, surface }: { row: FoundRow; surface: Surface }) {
  const { doc } = row
  const tab = place.value.with['tab'] ?? 'log'
  const parts = [
    { word: 'of', text: valuesOf(row, 'service').join(', ') },
    { word: 'on', text: doc.host ?? '' },
  ].filter(({ text }) => text !== '')
  const json = JSON.stringify({ id: row.id, ...doc, timestamp: new Date(doc.timestamp).toISOString() }, null, 2)
  return (
    <Panel
      label={['Log', ...parts.map(({ word, text }) => `${word} ${isolated(text)}`)].join(' ')}
      title={
        <>
          Log
          {parts.map(({ word, text }) => (
            <>
              {` ${word} `}
              <Visible text={text} />
            </>
          ))}
        </>
      }
      of={row.id}
      tabs={tabs}
      tab={tab}
      onTab={id => show({ tab: id === 'log' ? undefined : id })}
      onClose={() => show({ row: undefined, tab: undefined })}
      head={
        <>
          <Level status={doc.status ?? ''} />
          <When time={doc.timestamp} />
        </>
      }
      tools={<IconButton label="Copy the message" icon={Copy} onClick={() => void copy(doc.message ?? '')} />}
    >
      {tab === 'context' && <Context row={row} />}
      {tab === 'json' && <Raw json={json} />}
      {tab === 'log' && (
        <>
          <Folded key={row.id} what="the message">
            <pre class="message">
              <Visible text={doc.message ?? ''} />
            </pre>
          </Folded>
          <Intel row={row} surface={surface} />
          <Addresses row={row} surface={surface} />
          <section>
            <h3>Fields</h3>
            <ul class="tree">
              {reserved.flatMap(name =>
                valuesOf(row, name).map(value => (
                  <li class="leaf" key={`${name} ${value}`}>
                    <span class="key">{name}</span>
                    <ValueButton surface={surface} path={name} value={String(value)} mono />
                  </li>
                )),
              )}
              {doc.tags.length > 0 && (
                <li class="leaf">
                  <span class="key">tags</span>
                  <span class="values">
                    {doc.tags.map(tag => (
                      <ValueButton key={tag} surface={surface} {...tagPlace(tag)} shown={tag} mono />
                    ))}
                  </span>
                </li>
              )}
            </ul>
          </section>
          <section>
            <h3>Attributes</h3>
            <AttributeTree surface={surface} of={doc.attributes as JsonObject} />
          </section>
        </>
      )}
    </Panel>
  )
}

/** `env:prod` is a value of `env`; a bare word one of `tags`. */
function tagPlace(tag: string): { path: string; value: string } {
  const colon = tag.indexOf(':')
  return colon > 0 ? { path: tag.slice(0, colon), value: tag.slice(colon + 1) } : { path: 'tags', value: tag }
}

/** A row as it is, to be read and copied. */
export const Raw = ({ json }: { json: string }) => (
  <>
    <Button small icon={Copy} onClick={() => void copy(json)}>
      Copy
    </Button>
    <pre class="json">
      <Visible text={json} />
    </pre>
  </>
)
