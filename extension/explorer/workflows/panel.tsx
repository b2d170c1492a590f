import { ArrowLeft, Trash2 } from 'lucide'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { onPush } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { whyNot } from '../../ui/may.ts'
import { Switch } from '../../ui/switch.tsx'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import type { RunInput, WorkflowRow } from '../../workflow-messages.ts'
import { Absent, useGone } from '../gone.tsx'
import { createLoad } from '../load.ts'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { Failed, Skeleton } from '../states.tsx'
import { Sure } from '../sure.tsx'
import { Tags } from '../tags.tsx'
import { list, publish, remove, saved } from './desk.ts'
import { WorkflowEditor } from './edit.tsx'
import { RunForm } from './run-form.tsx'
import { RunView } from './run-view.tsx'
import { RunStatus, triggersOf } from './words.tsx'

/** One workflow: its runs as they go on, and its definition. */
export function WorkflowPanel({ id }: { id: string }) {
  const details = useMemo(() => createLoad('workflow'), [])
  const row = list.value.value?.rows.find(one => one.id === id)
  useEffect(() => void details.load({ id }), [id, row?.version])
  const failure = details.failure.value
  const gone = useGone('workflow', failure, row?.name ?? details.value.value?.row.name)
  const about = gone ? null : details.value.value
  const shown = gone ? undefined : (row ?? about?.row)
  const tab = place.value.with['tab'] ?? 'runs'
  return (
    <Panel
      label={gone?.label ?? shown?.name ?? 'Workflow'}
      of={id}
      head={shown && <span class="weak">@workflow-{shown.handle}</span>}
      {...(shown && {
        under: shown.description !== '' && (
          <p class="dim">
            <Visible text={shown.description} />
          </p>
        ),
        tools: (
          <span class="row switch">
            {shown.published ? 'Published' : 'Draft'}
            <Switch
              label={`${shown.name} published`}
              on={shown.published}
              off={whyNot('workflows_write')}
              onTurn={on => void publish(shown, on)}
            />
          </span>
        ),
        tabs: [
          { id: 'runs', label: 'Runs' },
          { id: 'json', label: 'Definition' },
        ],
      })}
      tab={tab}
      onTab={id => show({ tab: id === 'runs' ? undefined : id, run: undefined })}
      onClose={() => show({ workflow: undefined, tab: undefined, run: undefined })}
    >
      {about &&
        about.row.id === id &&
        shown &&
        (tab === 'json' ? (
          <Definition key={id} row={about.row} source={about.source} reload={() => details.load({ id })} />
        ) : (
          <Runs row={shown} inputs={about.inputs} />
        ))}
      {!about && <Absent gone={gone} failure={failure} onRetry={() => details.load({ id })} />}
    </Panel>
  )
}

function Runs({ row, inputs }: { row: WorkflowRow; inputs: readonly RunInput[] }) {
  const { id } = row
  const runs = useMemo(() => createLoad('workflowRuns'), [])
  const [running, setRunning] = useState(false)
  useEffect(() => {
    const load = () => void runs.load({ id })
    load()
    return onPush(push => push.type === 'workflows' && load())
  }, [id])
  const open = place.value.with['run']
  if (open)
    return (
      <section>
        <Button small kind="quiet" icon={ArrowLeft} onClick={() => show({ run: undefined })}>
          All runs
        </Button>
        <RunView workflow={id} id={open} />
      </section>
    )
  const found = runs.value.value
  const why = !row.published
    ? 'Only what is published runs'
    : row.triggers.includes('api')
      ? undefined
      : 'It runs on signals: open one, and choose it there'
  return (
    <>
      {row.doubts.length > 0 && (
        <ul class="notice">
          {row.doubts.map(doubt => (
            <li key={doubt}>{doubt}</li>
          ))}
        </ul>
      )}
      <section>
        <div class="row wrap">
          <span class="dim">Begun by: {triggersOf(row.triggers)}</span>
          <span class="end" />
          {!running && (
            <Button small off={whyNot('workflows_run') ?? why} onClick={() => setRunning(true)}>
              Run…
            </Button>
          )}
        </div>
        <Tags tags={row.tags} />
        {running && (
          <RunForm
            id={id}
            inputs={inputs}
            onBack={() => setRunning(false)}
            onRun={run => {
              setRunning(false)
              show({ run: run.id })
            }}
          />
        )}
      </section>
      <section>
        <h3>Runs {found && <span class="weak">{found.total.toLocaleString('en')}</span>}</h3>
        {found?.runs.length === 0 && <p class="dim">None yet. {row.published ? '' : 'Only what is published runs.'}</p>}
        <ul class="lines">
          {found?.runs.map(run => (
            <li key={run.id}>
              <button type="button" class="link row" onClick={() => show({ run: run.id }, true)}>
                <RunStatus state={run.state} />
                <Visible class="cut" text={run.signal?.title ?? `By ${run.by}`} />
              </button>
              <span class="weak nowrap">
                <Ago time={run.began} sentence />
              </span>
            </li>
          ))}
        </ul>
        {!found && (runs.failure.value ? <Failed error={runs.failure.value.error} onRetry={() => void runs.load({ id })} /> : <Skeleton />)}
      </section>
    </>
  )
}

function Definition({ row, source, reload }: { row: WorkflowRow; source: string; reload(): Promise<void> }) {
  const [sure, setSure] = useState(false)
  return (
    <section>
      <WorkflowEditor
        source={source}
        of={row}
        word="Save"
        onSaved={changed => saved(changed, `saved as version ${changed.version}`)}
        onStale={reload}
      />
      <Button small icon={Trash2} kind="danger" off={whyNot('workflows_write')} onClick={() => setSure(true)}>
        Delete…
      </Button>
      {sure && (
        <Sure icon={Trash2} word="Delete" back="Keep it" onYes={() => remove(row)} onNo={() => setSure(false)}>
          <strong>Delete this workflow?</strong> What of it runs is canceled, and its runs are forgotten.
        </Sure>
      )}
    </section>
  )
}
