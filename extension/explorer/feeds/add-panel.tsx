import { Check, X } from 'lucide'
import { useState } from 'preact/hooks'
import { type Intention, intentions } from '../../../shared/indicator.ts'
import type { NewFeed } from '../../feed-messages.ts'
import type { Problem } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { capital } from '../../ui/glyphs.tsx'
import { FileDrop, readFile } from '../file-drop.tsx'
import { Labelled } from '../labelled.tsx'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import { Trouble } from '../states.tsx'
import { off } from '../surface.ts'
import { csvHead, guessColumns, isHead } from './csv-head.ts'
import { added } from './feed-list.ts'
import { categories, formats, guessFormat, meanings } from './words.ts'

type Form = {
  name: string
  format: string
  category: string
  intention: Intention
  licence: string
  url: string
  hours: string
  text: string
}
const blank: Form = { name: '', format: 'netset', category: '', intention: 'suspicious', licence: '', url: '', hours: '24', text: '' }

/** Members whose faults stand at their own control. */
const said: ReadonlySet<string> = new Set(['name', 'format', 'category', 'licence', 'url'])

/** The base64 of a text. */
async function encode(text: string): Promise<string> {
  return (await readFile(new File([text], 'pasted'))).content
}

/** A new feed: what it is, and where its entries come from. Where they are refused, nothing is added and what was typed stays. */
export function AddPanel() {
  const [form, setForm] = useState(blank)
  const [from, setFrom] = useState<'paste' | 'file' | 'url'>('file')
  const [file, setFile] = useState<{ name: string; content: string; start: string }>()
  const [mapping, setMapping] = useState<Record<string, number>>()
  const [problems, setProblems] = useState<Problem[]>([])
  const [trouble, setTrouble] = useState<string>()
  const [busy, setBusy] = useState(false)

  const change = (part: Partial<Form>) => {
    setForm(form => ({ ...form, ...part }))
    // what was wrong with it may be right now
    setProblems(problems => problems.filter(({ field }) => !(field in part)))
  }
  const start = from === 'file' ? (file?.start ?? '') : from === 'paste' ? form.text : ''
  const head = form.format === 'csv' ? csvHead(start) : []
  const columns = mapping ?? (isHead(head) ? guessColumns(head) : {})

  async function choose([chosen]: File[]) {
    setTrouble(undefined)
    try {
      const { name, content } = await readFile(chosen!)
      const start = await chosen!.slice(0, 65_536).text()
      setFile({ name, content, start })
      setMapping(undefined)
      const format = guessFormat(name, start)
      setForm(form => ({ ...form, name: form.name || name.replace(/\.\w+$/, ''), ...(format && { format }) }))
    } catch (error) {
      setTrouble((error as Error).message)
    }
  }
  async function add(event: Event) {
    event.preventDefault()
    if (busy || why) return
    setBusy(true)
    setTrouble(undefined)
    const content = from === 'file' ? file?.content : from === 'paste' ? await encode(form.text) : undefined
    const answer = await ask('addFeed', { feed: feedOf(form, from, head, columns), ...(content !== undefined && { content }) })
    setBusy(false)
    const found = isFailure(answer)
      ? (answer.problems ?? []).map(one => ({ ...one, field: one.field.replace(/^data\.attributes\./, '') }))
      : []
    setProblems(found)
    if (isFailure(answer)) {
      const elsewhere = found.filter(({ field }) => !said.has(field) && !(field === 'text' && from === 'paste'))
      if (found.length === 0 || elsewhere.length > 0) setTrouble(elsewhere.map(one => one.message).join('; ') || answer.error)
      return
    }
    added(answer)
    show({ do: undefined, view: undefined, feed: answer.id })
  }
  const why = off.value ?? (busy ? 'Asking the daemon' : missingOf(form, from, file !== undefined, head, columns))
  const wrongOf = (name: keyof Form) => problems.find(({ field }) => field === name)?.message
  return (
    <Panel label="Add a feed" of="add" onClose={() => show({ do: undefined })}>
      <form class="form" onSubmit={add}>
        <fieldset class="choices">
          <legend class="eyebrow">Where its entries come from</legend>
          {(['file', 'paste', 'url'] as const).map(one => (
            <label key={one}>
              <input type="radio" name="from" checked={from === one} onChange={() => setFrom(one)} />
              {{ file: 'A file', paste: 'Pasted text', url: 'A web address' }[one]}
            </label>
          ))}
        </fieldset>
        {from === 'file' &&
          (file ? (
            <p class="row chosen">
              <strong class="cut">{file.name}</strong>
              <IconButton label="Another file" icon={X} small onClick={() => setFile(undefined)} />
            </p>
          ) : (
            <FileDrop
              single
              label="Choose a file, or drop it here"
              says="A netset, a table, a STIX bundle, MISP events or an MMDB database."
              onFiles={choose}
            />
          ))}
        {from === 'paste' && (
          <Labelled label="Entries" says="An address, a block or a range a line, or a table with a header." problem={wrongOf('text')}>
            {attributes => (
              <textarea
                {...attributes}
                class="field mono"
                rows={6}
                spellcheck={false}
                value={form.text}
                onInput={event => {
                  change({ text: event.currentTarget.value })
                  setMapping(undefined)
                }}
                onBlur={() => {
                  const format = guessFormat('', form.text)
                  if (format) change({ format })
                }}
              />
            )}
          </Labelled>
        )}
        {from === 'url' && (
          <>
            <Text
              form={form}
              name="url"
              label="Web address"
              says="Fetched from this machine, and from nowhere else."
              mono
              on={change}
              problem={wrongOf('url')}
            />
            <Labelled label="Fetched" says="" problem={undefined}>
              {attributes => (
                <select {...attributes} class="field" value={form.hours} onChange={event => change({ hours: event.currentTarget.value })}>
                  <option value="1">Every hour</option>
                  <option value="4">Every 4 hours</option>
                  <option value="12">Every 12 hours</option>
                  <option value="24">Every day</option>
                </select>
              )}
            </Labelled>
          </>
        )}
        <Text form={form} name="name" label="Name" says="Stands in every match." on={change} problem={wrongOf('name')} />
        <Labelled label="Format" says="" problem={wrongOf('format')}>
          {attributes => (
            <select {...attributes} class="field" value={form.format} onChange={event => change({ format: event.currentTarget.value })}>
              {formats.map(([name, label]) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        {head.length > 0 && <Mapping head={head} columns={columns} onMap={setMapping} />}
        <Text
          form={form}
          name="category"
          label="Category"
          says="One word for what its entries are."
          list={categories}
          on={change}
          problem={wrongOf('category')}
        />
        <fieldset class="choices">
          <legend class="eyebrow">Intention</legend>
          {intentions.map(one => (
            <label key={one}>
              <input type="radio" name="intention" checked={form.intention === one} onChange={() => change({ intention: one })} />
              {one === 'benign' ? 'Known good' : capital(one)}
            </label>
          ))}
        </fieldset>
        <Text form={form} name="licence" label="Licence, optional" says="" on={change} problem={wrongOf('licence')} />
        {trouble && <Trouble text={trouble} />}
        <div class="row foot">
          <Button kind="primary" icon={Check} type="submit" off={why} onClick={add}>
            {busy ? 'Adding' : 'Add'}
          </Button>
        </div>
      </form>
    </Panel>
  )
}

/** What still has to be said before it can be added. */
function missingOf(
  form: Form,
  from: string,
  hasFile: boolean,
  head: readonly string[],
  columns: Record<string, number>,
): string | undefined {
  if (from === 'file' && !hasFile) return 'Choose a file first'
  if (from === 'paste' && form.text.trim() === '') return 'Paste its entries first'
  if (from === 'url' && form.url.trim() === '') return 'Type its web address first'
  if (form.name.trim() === '') return 'Give it a name first'
  if (form.category.trim() === '') return 'Give it a category first'
  return head.length > 0 && columns['value'] === undefined ? 'Say which column holds the value first' : undefined
}

function feedOf(form: Form, from: string, head: readonly string[], columns: Record<string, number>): NewFeed {
  // a table without a header has its columns by number
  const named = isHead(head)
  const mapped = Object.entries(columns).map(([meaning, at]) => [meaning, named ? head[at]! : at + 1])
  return {
    name: form.name.trim(),
    format: form.format,
    category: form.category.trim(),
    intention: form.intention,
    ...(form.intention === 'benign' && { knownGood: true }),
    ...(form.licence.trim() && { licence: form.licence.trim() }),
    ...(from === 'url' && { url: form.url.trim(), hours: Number(form.hours) }),
    ...(head.length > 0 && { columns: Object.fromEntries(mapped) }),
  }
}

/** Which column of a table holds what. */
function Mapping({
  head,
  columns,
  onMap,
}: {
  head: readonly string[]
  columns: Record<string, number>
  onMap(to: Record<string, number>): void
}) {
  const meaningOf = (at: number) => Object.keys(columns).find(meaning => columns[meaning] === at) ?? ''
  const set = (at: number, meaning: string) => {
    const rest = Object.fromEntries(Object.entries(columns).filter(([known, place]) => place !== at && known !== meaning))
    onMap(meaning === '' ? rest : { ...rest, [meaning]: at })
  }
  return (
    <fieldset class="mapping">
      <legend class="eyebrow">Columns</legend>
      {head.slice(0, 30).map((name, at) => (
        <label key={at}>
          <span class="mono cut" title={name}>
            {name || `Column ${at + 1}`}
          </span>
          <select class="field" value={meaningOf(at)} onChange={event => set(at, event.currentTarget.value)}>
            <option value="">Not used</option>
            {meanings.map(meaning => (
              <option key={meaning} value={meaning}>
                {capital(meaning)}
              </option>
            ))}
          </select>
        </label>
      ))}
    </fieldset>
  )
}

function Text(props: {
  form: Form
  name: 'name' | 'category' | 'licence' | 'url'
  label: string
  says: string
  mono?: boolean
  list?: readonly string[]
  problem: string | undefined
  on(part: Partial<Form>): void
}) {
  const { form, name, label, says, mono, list, problem, on } = props
  return (
    <Labelled label={label} says={says} problem={problem}>
      {attributes => (
        <>
          <input
            {...attributes}
            type="text"
            class={`field ${mono ? 'mono' : ''}`}
            value={form[name]}
            maxLength={name === 'url' ? 2000 : 100}
            autocomplete="off"
            spellcheck={false}
            list={list && `${name}-list`}
            onInput={event => on({ [name]: event.currentTarget.value })}
          />
          {list && (
            <datalist id={`${name}-list`}>
              {list.map(one => (
                <option key={one} value={one} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Labelled>
  )
}
