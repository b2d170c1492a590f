import { Siren, Trash2 } from 'lucide'
import { useState } from 'preact/hooks'
import type { IncidentRow } from '../../incident-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Ago, exact } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { draftOf, typedOf } from '../drafts.ts'
import { change, offFor, remove, send, tick } from './desk.ts'
import { adding, Cases, Links, Responders, type Shown, Signals } from './members.tsx'
import { OneLine } from './one-line.tsx'

/** What is hit, who works on it, what is to be done, and what it is about. */
export const Overview = (shown: Shown) => (
  <>
    <Impact {...shown} />
    <Todos {...shown} />
    <Responders {...shown} />
    <Signals {...shown} />
    <Cases {...shown} />
    <Links {...shown} />
    <Times row={shown.about.row} />
  </>
)

function Impact({ about: { row, impacts }, reload }: Shown) {
  const off = offFor(row)
  const { impacted, scope, impactStart, impactEnd } = row
  const draft = draftOf(`incident:${row.id}:impact`, { impacted, scope })
  const [editing, setEditing] = useState(draft.dirty)
  const say = async (text: string) => {
    const { base } = draft
    const back = { impacted: base.impacted, ...(base.impacted && { scope: base.scope }) }
    const failure = await send(row, { impacted: true, scope: text }, back, base)
    if (!failure) {
      setEditing(false)
      return true
    }
    // what others said stands above by now, so that saving again is meant
    const now = failure.status === 409 ? await ask('incident', { id: row.id }) : failure
    if (!isFailure(now)) draft.rebase({ impacted: now.row.impacted, scope: now.row.scope })
    return failure.error
  }
  const toggle = () => {
    // emptied, it begins with what is said now
    if (draft.value.scope.trim() === '') draft.drop()
    setEditing(!editing)
  }
  return (
    <section>
      <h3>Customer impact</h3>
      {impacted ? (
        <p>
          <Visible text={scope} />
          {impactStart !== null && <span class="weak"> since {exact(impactStart)}</span>}
          {impactEnd !== null && <span class="weak">, over at {exact(impactEnd)}</span>}
        </p>
      ) : (
        <p class="dim">No customers are known to be impacted.</p>
      )}
      <div class="row wrap">
        <Button small off={off} aria-expanded={editing} onClick={toggle}>
          {impacted ? 'Say it differently…' : 'Customers are impacted…'}
        </Button>
        {impacted && (
          <>
            <Button small off={off} onClick={() => void change(row, { impactEnd: impactEnd === null ? Date.now() : null }, { impactEnd })}>
              {impactEnd === null ? 'It is over now' : 'It goes on'}
            </Button>
            <Button small off={off} onClick={() => void change(row, { impacted: false }, { impacted: true, scope })}>
              Nobody is impacted
            </Button>
          </>
        )}
      </div>
      {editing && (
        <OneLine
          label="How customers are impacted"
          word="Save"
          typed={{ text: draft.value.scope, type: scope => draft.change({ scope }), sent: draft.drop }}
          off={off}
          most={8192}
          onSave={say}
        />
      )}
      {impacts.length > 0 && (
        <ul class="lines things">
          {impacts.map(({ id, description, start, end }) => (
            <li key={id}>
              <Icon of={Siren} small />
              <div>
                <Visible text={description} />
                <div class="weak">
                  {exact(start)} to {end === null ? 'now' : exact(end)}
                </div>
              </div>
              <IconButton
                label={`Remove ${description}`}
                icon={Trash2}
                small
                off={off}
                onClick={() => void remove(row, 'impact', id).then(reload)}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Todos({ about: { row, todos }, reload }: Shown) {
  const off = offFor(row)
  return (
    <section>
      <h3>
        To-dos{' '}
        {todos.length > 0 && (
          <span class="weak">
            {todos.filter(({ completed }) => completed).length} of {todos.length} done
          </span>
        )}
      </h3>
      <ul class="lines todos">
        {todos.map(todo => (
          <li key={todo.id}>
            <div>
              <label class="row">
                <input
                  type="checkbox"
                  checked={todo.completed}
                  disabled={off !== undefined}
                  onChange={() => void tick(row, todo).then(reload)}
                />
                <span class={todo.completed ? 'dim' : ''}>
                  <Visible text={todo.content} />
                  {todo.assignees.length > 0 && <span class="weak"> {todo.assignees.join(', ')}</span>}
                </span>
              </label>
            </div>
            <IconButton
              label={`Remove ${todo.content}`}
              icon={Trash2}
              small
              off={off}
              onClick={() => void remove(row, 'todo', todo.id, { part: 'todo', text: todo.content }).then(reload)}
            />
          </li>
        ))}
      </ul>
      <OneLine
        label="A to-do"
        word="Add"
        typed={typedOf(`incident:${row.id}:todo`)}
        off={off}
        most={4096}
        onSave={text => adding(row, { part: 'todo', text }, reload)}
      />
    </section>
  )
}

const Times = ({ row: { detected, created, resolved, creator } }: { row: IncidentRow }) => (
  <section>
    <h3>Times</h3>
    <dl class="facts">
      <dt>Detected</dt>
      <dd>
        <Ago time={detected} sentence />
      </dd>
      <dt>Declared</dt>
      <dd>
        <Ago time={created} sentence />
        {creator && <Visible text={` by ${creator.name || creator.handle}`} />}
      </dd>
      {resolved !== null && (
        <>
          <dt>Resolved</dt>
          <dd>
            <Ago time={resolved} sentence />
          </dd>
        </>
      )}
    </dl>
  </section>
)
