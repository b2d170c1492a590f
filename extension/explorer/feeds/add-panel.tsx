import { Check, X } from 'lucide'
import { useState } from 'preact/hooks'
import { intentions } from '../../../shared/indicator.ts'
import type { Problem } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { capital } from '../../ui/glyphs.tsx'
import { off } from '../../ui/off.ts'
import { FileDrop, readFile } from '../file-drop.tsx'
import { Labelled } from '../labelled.tsx'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import { Trouble } from '../states.tsx'
import { csvHead, guessColumns, isHead } from './csv-head.ts'
import { added } from './feed-list.ts'
import { Text } from './fields.tsx'
import { blank, type Form, type From, feedOf, formatOf, isFetched, missingOf, origins, said } from './form.ts'
import { SourceFields } from './source-fields.tsx'
import { categories, formats, guessFormat, meanings } from './words.ts'

/** The base64 of a text. */
async function encode(text: string): Promise<string> {
  return (await readFile(new File([text], 'pasted'))).content
}

/** A new feed: what it is, and where its entries come from. Where they are refused, nothing is added and what was typed stays. */
export function AddPanel() {
  const [form, setForm] = useState(blank)
  const [from, setFrom] = useState<From>('file')
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
  const come = (one: From) => {
    setFrom(one)
    // such a source speaks one format
    const format = formatOf[one]
    if (format) change({ format })
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
    const secret = isFetched(from) && form.auth !== '' && form.secret !== '' ? form.secret : undefined
    const answer = await ask('addFeed', {
      feed: feedOf(form, from, head, columns),
      ...(content !== undefined && { content }),
      ...(secret !== undefined && { secret }),
    })
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
    <Panel label="Add a feed" of="add" form onClose={() => show({ do: undefined })}>
      <form class="form" onSubmit={add}>
        <fieldset class="choices">
          <legend class="eyebrow">Where its entries come from</legend>
          {(Object.keys(origins) as From[]).map(one => (
            <label key={one}>
              <input type="radio" name="from" checked={from === one} onChange={() => come(one)} />
              {origins[one]}
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
        {isFetched(from) && <SourceFields form={form} from={from} on={change} wrongOf={wrongOf} />}
        <Text form={form} name="name" label="Name" says="Stands in every match." on={change} problem={wrongOf('name')} />
        <Labelled label="Format" says="" problem={wrongOf('format')}>
          {attributes => (
            <select
              {...attributes}
              class="field"
              value={form.format}
              disabled={formatOf[from] !== undefined}
              onChange={event => change({ format: event.currentTarget.value })}
            >
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
