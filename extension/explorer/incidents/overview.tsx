import { Folder, Link2, Radio, Siren, Trash2, Unlink, UserRound } from 'lucide'
import { useState } from 'preact/hooks'
import type { IncidentDetails, IncidentRow, NewPart } from '../../incident-messages.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Severity, StateLabel } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Ago, exact } from '../../ui/time.tsx'
import { placeOfCase } from '../escalate/cases.ts'
import { go } from '../place.ts'
import { me } from '../signals/desk.ts'
import { OverButton } from '../signals/over.tsx'
import { PeoplePicker } from '../signals/people.tsx'
import { add, change, offFor, remove, takeOut, tick, unlinkCase } from './desk.ts'
import { OneLine } from './one-line.tsx'

interface Shown {
  about: IncidentDetails
  reload(): void
}

async function adding(row: IncidentRow, more: NewPart, reload: () => void): Promise<boolean> {
  const saved = await add(row, more)
  if (saved) reload()
  return saved
}

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
  const [asking, setAsking] = useState(false)
  const { impacted, scope, impactStart, impactEnd } = row
  const say = async (text: string) => {
    const saved = await change(row, { impacted: true, scope: text }, { impacted, ...(impacted && { scope }) })
    if (saved) setAsking(false)
    return saved
  }
  return (
    <section>
      <h3>Customer impact</h3>
      {impacted ? (
        <p>
          <bdi>{scope}</bdi>
          {impactStart !== null && <span class="weak"> since {exact(impactStart)}</span>}
          {impactEnd !== null && <span class="weak">, over at {exact(impactEnd)}</span>}
        </p>
      ) : (
        <p class="dim">No customers are known to be impacted.</p>
      )}
      <div class="row wrap">
        <Button small off={off} aria-expanded={asking} onClick={() => setAsking(!asking)}>
          {impacted ? 'Say it differently…' : 'Customers are impacted…'}
        </Button>
        {impacted && (
          <>
            <Button small off={off} onClick={() => void change(row, { impactEnd: impactEnd === null ? Date.now() : null }, { impactEnd })}>
              {impactEnd === null ? 'It is over now' : 'It goes on'}
            </Button>
            <Button small kind="quiet" off={off} onClick={() => void change(row, { impacted: false }, { impacted: true, scope })}>
              Nobody is impacted
            </Button>
          </>
        )}
      </div>
      {asking && <OneLine label="How customers are impacted" word="Save" text={scope} off={off} most={8192} onSave={say} />}
      {impacts.length > 0 && (
        <ul class="lines things">
          {impacts.map(({ id, description, start, end }) => (
            <li key={id}>
              <Icon of={Siren} small />
              <div>
                <bdi>{description}</bdi>
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
                  <bdi>{todo.content}</bdi>
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
      <OneLine label="A to-do" word="Add" off={off} most={4096} onSave={text => adding(row, { part: 'todo', text }, reload)} />
    </section>
  )
}

function Responders({ about: { row, responders }, reload }: Shown) {
  const off = offFor(row)
  return (
    <section>
      <h3>Responders</h3>
      <ul class="lines things">
        {responders.map(({ id, name, uuid, commands }) => (
          <li key={id}>
            <Icon of={UserRound} small />
            <div>
              {name} <span class="weak">{commands ? 'commands' : 'responds'}</span>
            </div>
            <IconButton
              label={`Remove ${name}`}
              icon={Trash2}
              small
              off={off ?? (commands ? 'Commands: name another one first' : undefined)}
              onClick={() => void remove(row, 'responder', id, { part: 'responder', text: uuid }).then(reload)}
            />
          </li>
        ))}
      </ul>
      <OverButton label="Add a responder" off={off} shows="Add a responder…">
        {close => (
          <PeoplePicker
            now={null}
            onPick={to => {
              close()
              const uuid = to === 'me' ? me() : to === 'nobody' ? '' : to.uuid
              if (uuid !== '') void add(row, { part: 'responder', text: uuid }).then(reload)
            }}
            onBack={close}
          />
        )}
      </OverButton>
    </section>
  )
}

function Signals({ about: { row, signals }, reload }: Shown) {
  const off = offFor(row)
  return (
    <section>
      <h3>
        Signals <span class="weak">{signals.length.toLocaleString('en')}</span>
      </h3>
      {signals.length === 0 && <p class="dim">None. Press I on a signal to add it.</p>}
      <ul class="lines things">
        {signals.map(one => (
          <li key={one.id}>
            <Icon of={Radio} small />
            <div>
              <button type="button" class="link" onClick={() => go({ section: 'signals', with: { row: one.id, from: '0' } })}>
                <bdi>{one.title}</bdi>
              </button>
              <div class="row wrap weak">
                <Severity level={one.severity} />
                <StateLabel state={one.state} />
                <Ago time={one.at} sentence />
              </div>
            </div>
            <IconButton label={`Take ${one.title} out`} icon={Unlink} small off={off} onClick={() => void takeOut(row, one).then(reload)} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Cases({ about: { row }, reload }: Shown) {
  if (row.cases.length === 0) return null
  return (
    <section>
      <h3>Cases</h3>
      <ul class="lines things">
        {row.cases.map(one => (
          <li key={one.id}>
            <Icon of={Folder} small />
            <div>
              <button type="button" class="link" onClick={() => go(placeOfCase(one.id))}>
                {one.key} <bdi>{one.title}</bdi>
              </button>
            </div>
            <IconButton
              label={`Unlink ${one.key}`}
              icon={Unlink}
              small
              off={offFor(row)}
              onClick={() => void unlinkCase(row, one).then(reload)}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Links({ about: { row, links }, reload }: Shown) {
  const off = offFor(row)
  const save = (text: string) => {
    // a line that ends in an address: what stands before it is its name
    const [, title = '', url = ''] = /^(.*?)\s*(https?:\/\/\S+)$/s.exec(text) ?? []
    if (url === '') return Promise.resolve('Ends in no address with http or https')
    return adding(row, { part: 'link', text: title || url.slice(0, 512), url }, reload)
  }
  return (
    <section>
      <h3>Links</h3>
      <ul class="lines things">
        {links.map(({ id, title, url, type }) => (
          <li key={id}>
            <Icon of={Link2} small />
            <div>
              <a href={/^https?:\/\//.test(url) ? url : undefined} target="_blank" rel="noopener noreferrer">
                <bdi>{title}</bdi>
              </a>
              {type === 'postmortem' && <span class="tag plain">Postmortem</span>}
            </div>
            <IconButton
              label={`Remove ${title}`}
              icon={Trash2}
              small
              off={off}
              onClick={() => void remove(row, 'link', id, { part: 'link', text: title, url }).then(reload)}
            />
          </li>
        ))}
      </ul>
      <OneLine label="A link: its name, then its address" word="Add" off={off} most={2560} onSave={save} />
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
        {creator && ` by ${creator.name || creator.handle}`}
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
