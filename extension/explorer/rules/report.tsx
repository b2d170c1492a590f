import { CircleAlert, CircleCheck, CircleX, type IconNode } from 'lucide'
import { useState } from 'preact/hooks'
import type { ImportedRule } from '../../rule-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { show } from '../place.ts'
import { changeWords, outcomeWords, worstFirst } from './import-words.ts'

const looks: Record<ImportedRule['outcome'], { icon: IconNode; tone: string }> = {
  imported: { icon: CircleCheck, tone: 'good' },
  imported_with_loss: { icon: CircleAlert, tone: 'so-so' },
  refused: { icon: CircleX, tone: 'bad' },
}
const outcomes = Object.keys(looks) as ImportedRule['outcome'][]
/** Rules drawn at once. */
const portion = 200

/** What became of each rule of an import, what is worth reading first. */
export function ReportList({ rules }: { rules: readonly ImportedRule[] }) {
  const [only, setOnly] = useState<ImportedRule['outcome']>()
  const [most, setMost] = useState(portion)
  const wanted = worstFirst(rules).filter(({ outcome }) => only === undefined || outcome === only)
  return (
    <>
      <fieldset class="choices">
        <legend class="sr">Show</legend>
        {[undefined, ...outcomes].map(outcome => (
          <label key={outcome ?? 'all'}>
            <input type="radio" name="outcome" checked={only === outcome} onChange={() => setOnly(outcome)} />
            {outcome ? outcomeWords[outcome] : 'All'} {outcome ? rules.filter(rule => rule.outcome === outcome).length : rules.length}
          </label>
        ))}
      </fieldset>
      <ul class="lines report">
        {wanted.slice(0, most).map((rule, at) => (
          <Line key={at} rule={rule} />
        ))}
      </ul>
      {wanted.length > most && (
        <Button small kind="quiet" onClick={() => setMost(most + portion)}>
          {(wanted.length - most).toLocaleString('en')} more
        </Button>
      )}
    </>
  )
}

function Line({ rule: { file, line, title, outcome, change, losses, problem, id } }: { rule: ImportedRule }) {
  const { icon, tone } = looks[outcome]
  return (
    <li>
      <span class={tone} title={outcomeWords[outcome]}>
        <Icon of={icon} />
        <span class="sr">{outcomeWords[outcome]}</span>
      </span>
      <div>
        <strong>{title || file}</strong> {change && <span class="tag plain">{changeWords[change] ?? change}</span>}
        {problem && <p class="bad">{problem}</p>}
        {losses.map((loss, at) => (
          <p class="so-so" key={at}>
            Lost: {loss}
          </p>
        ))}
        <p class="weak row">
          <span class="mono cut">
            {file}:{line}
          </span>
          {id && change === 'kept' && (
            <button type="button" class="link" onClick={() => show({ rule: id, do: undefined }, true)}>
              Show it
            </button>
          )}
        </p>
      </div>
    </li>
  )
}
