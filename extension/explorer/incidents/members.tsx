import { Folder, Link2, Radio, Trash2, Unlink, UserRound } from 'lucide'
import type { IncidentDetails, IncidentRow, NewPart } from '../../incident-messages.ts'
import { IconButton } from '../../ui/button.tsx'
import { Severity, StateLabel } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { typedOf } from '../drafts.ts'
import { placeOfCase } from '../escalate/cases.ts'
import { go } from '../place.ts'
import { uuidOf } from '../signals/desk.ts'
import { OverButton } from '../signals/over.tsx'
import { PeoplePicker } from '../signals/people.tsx'
import { add, offFor, remove, takeOut, unlinkCase } from './desk.ts'
import { OneLine } from './one-line.tsx'

export interface Shown {
  about: IncidentDetails
  reload(): void
}

/** Add a part, and show it once it is there. */
export async function adding(row: IncidentRow, more: NewPart, reload: () => void): Promise<boolean> {
  const saved = await add(row, more)
  if (saved) reload()
  return saved
}

export function Responders({ about: { row, responders }, reload }: Shown) {
  const off = offFor(row)
  return (
    <section>
      <h3>Responders</h3>
      <ul class="lines things">
        {responders.map(({ id, name, uuid, commands }) => (
          <li key={id}>
            <Icon of={UserRound} small />
            <div>
              <Visible text={name} /> <span class="weak">{commands ? 'commands' : 'responds'}</span>
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
              const uuid = uuidOf(to)
              if (uuid !== '') void add(row, { part: 'responder', text: uuid }).then(reload)
            }}
            onBack={close}
          />
        )}
      </OverButton>
    </section>
  )
}

export function Signals({ about: { row, signals }, reload }: Shown) {
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
                <Visible text={one.title} />
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

export function Cases({ about: { row }, reload }: Shown) {
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
                {one.key} <Visible text={one.title} />
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

export function Links({ about: { row, links }, reload }: Shown) {
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
                <Visible text={title} />
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
      <OneLine
        label="A link: its name, then its address"
        word="Add"
        typed={typedOf(`incident:${row.id}:link`)}
        off={off}
        most={2560}
        onSave={save}
      />
    </section>
  )
}
