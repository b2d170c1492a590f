import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Failure } from '../../messages.ts'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { AskForm } from './ask-form.tsx'

/** After the last key, ms. */
const pause = 200

interface Pickable {
  id: string
  key: string
  title: string
}

/** One that is there already, found by its key or by words. */
export function Picker<Row extends Pickable>(props: {
  /** What is looked for, how its list is called, and what to type. */
  find: string
  list: string
  hint: string
  /** Said while none is chosen, and where none is found. */
  choose: string
  none: string
  word: string
  rows: readonly Row[] | undefined
  total: number
  failure: Failure | null
  load(words: string): unknown
  /** How it stands, and since when. */
  draw(row: Row): ComponentChildren
  since(row: Row): number
  onPick(row: Row): Promise<Failure | undefined>
  onBack(): void
}) {
  const { find, list, hint, choose, none, word, rows, total, failure, load, draw, since, onPick, onBack } = props
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<Row>()
  const asked = useRef(false)
  useEffect(() => {
    const timer = setTimeout(() => void load(search), asked.current ? pause : 0)
    asked.current = true
    return () => clearTimeout(timer)
  }, [search])
  async function send() {
    const refused = await onPick(chosen!)
    // it may have come to an end meanwhile
    if (refused) void load(search)
    return refused
  }
  return (
    <AskForm word={chosen ? `${word} ${chosen.key}` : word} off={chosen ? undefined : choose} onSend={send} onBack={onBack}>
      <label class="labelled">
        <span class="eyebrow">{find}</span>
        <input
          class="field"
          type="search"
          spellcheck={false}
          autocomplete="off"
          maxLength={200}
          placeholder={hint}
          value={search}
          onInput={event => setSearch(event.currentTarget.value)}
        />
      </label>
      <fieldset class="pick-case">
        <legend class="sr">{list}</legend>
        {rows?.map(row => (
          <label key={row.id} class="row">
            <input type="radio" name="picked" checked={chosen?.id === row.id} onChange={() => setChosen(row)} />
            <strong class="nowrap">{row.key}</strong>
            <span class="cut" title={row.title}>
              <Visible text={row.title} />
            </span>
            <span class="end" />
            {draw(row)}
            <span class="weak nowrap">
              <Ago time={since(row)} sentence />
            </span>
          </label>
        ))}
      </fieldset>
      <p class="dim" role="status">
        {failure
          ? failure.error
          : rows && total > rows.length
            ? `The latest ${rows.length} of ${total.toLocaleString('en')}. Type to find another.`
            : rows?.length === 0
              ? none
              : ''}
      </p>
    </AskForm>
  )
}
