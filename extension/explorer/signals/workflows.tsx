import { useEffect, useMemo, useState } from 'preact/hooks'
import { onPush } from '../../relay.ts'
import type { Investigation } from '../../signal-messages.ts'
import { Button } from '../../ui/button.tsx'
import { granted } from '../../ui/may.ts'
import { Visible } from '../../ui/visible.tsx'
import type { RunRow, WorkflowChoice } from '../../workflow-messages.ts'
import { createLoad } from '../load.ts'
import { place, show } from '../place.ts'
import { Failed, Skeleton } from '../states.tsx'
import { RunForm } from '../workflows/run-form.tsx'
import { RunDetails } from '../workflows/run-view.tsx'
import { RunStatus, scrolls } from '../workflows/words.tsx'

/** Workflows on a signal: to choose one and run it, and those that ran, as they go on. */
export function SignalWorkflows({ about }: { about: Investigation }) {
  const { id } = about.row
  const runs = useMemo(() => createLoad('signalRuns'), [])
  const may = granted.value.has('workflows_read')
  useEffect(() => {
    if (!may) return
    const load = () => void runs.load({ id })
    load()
    return onPush(push => push.type === 'workflows' && load())
  }, [id, may])
  const running = place.value.with['do'] === 'workflow'
  const all = runs.value.value?.runs ?? []
  const ran = () => {
    show({ do: undefined })
    void runs.load({ id })
  }
  if (!running && all.length === 0) return null
  return (
    <section aria-label="Workflows">
      <h3>Workflows</h3>
      {running && <Picker id={id} onRun={ran} />}
      <ul class="runs">
        {all.map((run, at) => (
          <li key={run.id}>
            <Run run={run} open={at === 0 && run.state === 'running'} />
          </li>
        ))}
      </ul>
    </section>
  )
}

const Run = ({ run, open }: { run: RunRow; open: boolean }) => (
  <details open={open}>
    <summary>
      <span class="row">
        <strong class="cut">
          <Visible text={run.workflow.name} />
        </strong>
        <RunStatus state={run.state} />
      </span>
    </summary>
    <RunDetails run={run} />
  </details>
)

/** Suggested ones first; then its inputs, with the signal that it is given beside them. */
function Picker({ id, onRun }: { id: string; onRun(): void }) {
  const choices = useMemo(() => createLoad('signalWorkflows'), [])
  const [words, setWords] = useState('')
  const [chosen, setChosen] = useState<WorkflowChoice>()
  useEffect(() => void choices.load({ id }), [id])
  const found = choices.value.value
  const back = () => show({ do: undefined })
  if (!found)
    return choices.failure.value ? <Failed error={choices.failure.value.error} onRetry={() => void choices.load({ id })} /> : <Skeleton />
  if (chosen)
    return (
      <div class="picked">
        <h4>
          <Visible text={chosen.name} />
        </h4>
        {chosen.description !== '' && (
          <p class="dim">
            <Visible text={chosen.description} />
          </p>
        )}
        <RunForm key={chosen.id} id={chosen.id} inputs={chosen.inputs} signal={id} onRun={onRun} onBack={() => setChosen(undefined)} />
        <details open>
          <summary>The signal, as the workflow sees it</summary>
          <pre class="json short" {...scrolls('The signal as JSON')}>
            {found.signal}
          </pre>
        </details>
      </div>
    )
  const matching = found.choices.filter(({ name }) => name.toLowerCase().includes(words.toLowerCase()))
  return (
    <div class="form">
      {found.choices.length === 0 && <p class="dim">No workflow can be run on a signal. Publish one with a securityTrigger.</p>}
      {found.choices.length > 5 && (
        <label class="labelled">
          <span class="eyebrow">Search</span>
          <input class="field" type="search" value={words} onInput={event => setWords(event.currentTarget.value)} />
        </label>
      )}
      <ul class="lines">
        {matching.map(choice => (
          <li key={choice.id}>
            <button type="button" class="link" onClick={() => setChosen(choice)}>
              <Visible text={choice.name} />
            </button>
            {choice.suggested && <span class="tag plain">Suggested</span>}
            {choice.shared.length > 0 && <span class="weak cut">{choice.shared.join(', ')}</span>}
          </li>
        ))}
      </ul>
      <div class="row">
        <Button kind="quiet" onClick={back}>
          Back
        </Button>
      </div>
    </div>
  )
}
