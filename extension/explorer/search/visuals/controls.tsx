import { ChartNoAxesColumn } from 'lucide'
import { useState } from 'preact/hooks'
import { measureNames } from '../../../../shared/aggregate.ts'
import { Button } from '../../../ui/button.tsx'
import { place, show } from '../../place.ts'
import { printList } from '../list.ts'
import { PathField } from '../path-field.tsx'
import { Popover } from '../popover.tsx'
import type { Surface } from '../types.ts'
import { type Look, measureWords, printMeasure, said, visuals, visualsOf } from './asked.ts'

/** How what was found is drawn, of what, and by what it is grouped. */
export const VisualMenu = ({ surface, look }: { surface: Surface; look: Look }) => (
  <Popover label="Visualisation" icon={ChartNoAxesColumn} text={visuals[look.visual].label} small left class="visuals">
    {close => <Choices surface={surface} look={look} onDone={close} />}
  </Popover>
)

function Choices({ surface, look, onDone }: { surface: Surface; look: Look; onDone(): void }) {
  const [groups, setGroups] = useState(look.groups)
  const [{ aggregation, metric = '' }, setMeasure] = useState(look.measure)
  const isTimed = place.value.with['timeline'] !== 'off'
  const wanted = visuals[look.visual].groups
  const apply = (event: Event) => {
    event.preventDefault()
    const paths = groups.map(path => path.trim()).filter(Boolean)
    const measure = printMeasure({ aggregation, ...(aggregation !== 'count' && metric !== '' && { metric }) })
    show({ group: printList(paths) || undefined, measure: measure === 'count' ? undefined : measure })
    onDone()
  }
  return (
    <>
      <fieldset class="choices">
        <legend class="sr">Visualisation</legend>
        {visualsOf(surface.track).map(visual => (
          <label key={visual}>
            <input
              type="radio"
              name="visual"
              checked={visual === look.visual}
              onChange={() => show({ show: visual === 'list' ? undefined : visual })}
            />
            {visuals[visual].label}
          </label>
        ))}
      </fieldset>
      <label class="row">
        <input type="checkbox" checked={isTimed} onChange={() => show({ timeline: isTimed ? 'off' : undefined })} />
        Timeline over it
      </label>
      {wanted > 0 && (
        <form class="form" onSubmit={apply}>
          {Array.from({ length: wanted }, (_, i) => (
            <div class="labelled" key={i}>
              <span>{i === 0 ? 'Group by' : 'Then by'}</span>
              <PathField
                surface={surface}
                label={i === 0 ? 'Group by' : 'Then by'}
                placeholder={i === 0 ? 'service' : 'nothing more'}
                value={groups[i] ?? ''}
                onChange={path => setGroups(Array.from({ length: wanted }, (_, n) => (n === i ? path : (groups[n] ?? ''))))}
              />
            </div>
          ))}
          <div class="labelled">
            <span>Measure</span>
            <select
              class="field"
              aria-label="Measure"
              value={aggregation}
              onChange={event =>
                setMeasure({ aggregation: measureNames.find(one => one === event.currentTarget.value) ?? 'count', metric })
              }
            >
              {measureNames.map(name => (
                <option key={name} value={name}>
                  {measureWords[name]}
                </option>
              ))}
            </select>
          </div>
          {aggregation !== 'count' && (
            <div class="labelled">
              <span>Of</span>
              <PathField
                surface={surface}
                label="Measured attribute"
                placeholder="@duration"
                value={metric}
                onChange={metric => setMeasure({ aggregation, metric })}
              />
            </div>
          )}
          <Button
            kind="primary"
            onClick={apply}
            off={aggregation !== 'count' && metric === '' ? `${said({ aggregation })} needs an attribute` : undefined}
          >
            Show
          </Button>
        </form>
      )}
    </>
  )
}
