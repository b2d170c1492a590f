import { Ban } from 'lucide'
import { useEffect, useMemo } from 'preact/hooks'
import { onPush } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { whyNot } from '../../ui/may.ts'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import type { RunRow, RunStep } from '../../workflow-messages.ts'
import { createLoad } from '../load.ts'
import { Failed, Skeleton, Trouble } from '../states.tsx'
import { busy, cancel } from './desk.ts'
import { RunStatus, scrolls, Unsure } from './words.tsx'

/** One run with its steps, as the stream says it is. */
export function RunView({ workflow, id }: { workflow: string; id: string }) {
  const run = useMemo(() => createLoad('workflowRun'), [])
  useEffect(() => {
    const load = () => void run.load({ workflow, id })
    load()
    return onPush(push => push.type === 'workflows' && push.runs.includes(id) && load())
  }, [workflow, id])
  const found = run.value.value
  const failure = run.failure.value
  if (!found || found.id !== id)
    return failure ? <Failed error={failure.error} onRetry={() => void run.load({ workflow, id })} /> : <Skeleton />
  return <RunDetails run={found} />
}

export function RunDetails({ run }: { run: RunRow }) {
  const off = whyNot('workflows_run') ?? (busy.value.has(run.id) ? 'Pending: sent, not answered yet' : undefined)
  return (
    <div class="run" aria-live="polite">
      <div class="row wrap">
        <RunStatus state={run.state} />
        <span class="weak">
          <Ago time={run.began} sentence />, by <Visible text={run.by} />
        </span>
        <span class="end" />
        {run.state === 'running' && (
          <Button small icon={Ban} off={off} onClick={() => void cancel(run)}>
            Cancel
          </Button>
        )}
      </div>
      {run.error !== '' && <Trouble text={run.error} />}
      {run.steps.some(({ state }) => state === 'unknown') && <Unsure />}
      <ol class="run-steps">
        {run.steps.map(step => (
          <StepLine key={step.name} step={step} />
        ))}
      </ol>
    </div>
  )
}

const StepLine = ({ step }: { step: RunStep }) => (
  <li>
    <div class="row">
      <RunStatus state={step.state} />
      <strong class="cut">
        <Visible text={step.name} />
      </strong>
      <span class="weak cut">{step.action}</span>
      <span class="end" />
      <span class="weak nowrap">
        {step.until !== null && step.state === 'waiting' ? (
          <>
            at the latest <Ago time={step.until} sentence />
          </>
        ) : (
          step.began !== null && <Ago time={step.began} sentence />
        )}
      </span>
    </div>
    {step.error !== '' && <p class="dim">{step.error}</p>}
    {step.outputs !== '' && step.outputs !== '{}' && (
      <details>
        <summary>Outputs of {step.name}</summary>
        <pre class="json" {...scrolls(`Outputs of ${step.name}`)}>
          {step.outputs}
        </pre>
      </details>
    )}
  </li>
)
