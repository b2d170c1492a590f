import { Play } from 'lucide'
import { useState } from 'preact/hooks'
import type { Json, JsonObject } from '../../../shared/json.ts'
import type { Problem } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { whyNot } from '../../ui/may.ts'
import type { RunInput, RunRow } from '../../workflow-messages.ts'
import { Labelled } from '../labelled.tsx'
import { Trouble } from '../states.tsx'

/** What stands in a field, as the input takes it; undefined where it is not that yet. */
export function inputOf({ type }: Pick<RunInput, 'type'>, typed: string): Json | undefined {
  if (type === 'STRING') return typed
  try {
    return JSON.parse(typed) as Json
  } catch {
    return undefined
  }
}
/** What a field begins with. */
const presetOf = ({ type, preset, allowed }: RunInput): string => {
  const json = preset ?? allowed[0] ?? (type === 'BOOLEAN' ? 'false' : null)
  if (json === null) return ''
  return type === 'STRING' ? String(JSON.parse(json)) : json
}

/** Run a workflow with its inputs, on a signal or without one. */
export function RunForm(props: { id: string; inputs: readonly RunInput[]; signal?: string; onRun(run: RunRow): void; onBack?(): void }) {
  const { id, inputs, signal, onRun, onBack } = props
  const [typed, setTyped] = useState<Record<string, string>>(() => Object.fromEntries(inputs.map(input => [input.name, presetOf(input)])))
  const [problems, setProblems] = useState<Problem[]>([])
  const [trouble, setTrouble] = useState('')
  const [busy, setBusy] = useState(false)
  const problemOf = (name: string) => problems.find(({ field }) => field === `meta.payload.${name}`)?.message

  async function run() {
    const values: JsonObject = {}
    const wrong: Problem[] = []
    for (const input of inputs) {
      const text = typed[input.name] ?? ''
      // what is left empty and has a default value has that
      if (text === '' && input.type !== 'STRING' && input.preset !== null) continue
      const value = inputOf(input, text)
      if (value === undefined) wrong.push({ field: `meta.payload.${input.name}`, message: wants(input.type) })
      else values[input.name] = value
    }
    setProblems(wrong)
    if (wrong.length > 0) return
    setBusy(true)
    const answer = await ask('runWorkflow', { id, inputs: JSON.stringify(values), ...(signal !== undefined && { signal }) })
    setBusy(false)
    if (!isFailure(answer)) return onRun(answer)
    const ours = (answer.problems ?? []).filter(({ field }) => inputs.some(({ name }) => field === `meta.payload.${name}`))
    setProblems(ours)
    setTrouble(ours.length > 0 ? '' : answer.error)
  }
  const off = whyNot('workflows_run') ?? (busy ? 'Pending: sent, not answered yet' : undefined)
  return (
    <form
      class="form"
      aria-label="Run the workflow"
      onSubmit={event => {
        event.preventDefault()
        if (off === undefined) void run()
      }}
    >
      {inputs.map(input => (
        <Labelled key={input.name} label={input.label} says={input.description || wants(input.type)} problem={problemOf(input.name)}>
          {attributes => (
            <Field
              input={input}
              attributes={attributes}
              value={typed[input.name] ?? ''}
              onInput={text => setTyped({ ...typed, [input.name]: text })}
            />
          )}
        </Labelled>
      ))}
      {trouble !== '' && <Trouble text={trouble} />}
      <div class="row">
        <Button type="submit" kind="primary" icon={Play} off={off}>
          Run
        </Button>
        {onBack && (
          <Button kind="quiet" onClick={onBack}>
            Back
          </Button>
        )}
      </div>
    </form>
  )
}

const wants = (type: string): string =>
  ({ STRING: 'A text', NUMBER: 'A number', BOOLEAN: 'true or false', OBJECT: 'A JSON object' })[type] ?? 'A JSON list'

function Field({ input, attributes, value, onInput }: { input: RunInput; attributes: object; value: string; onInput(text: string): void }) {
  const { type } = input
  const shared = { ...attributes, value, onInput: (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value) }
  const choices = type === 'BOOLEAN' && input.allowed.length === 0 ? ['true', 'false'] : input.allowed
  if (choices.length > 0)
    return (
      <select class="field" {...shared}>
        {choices.map(choice => {
          const word = type === 'STRING' ? String(JSON.parse(choice)) : choice
          return (
            <option key={choice} value={word}>
              {word}
            </option>
          )
        })}
      </select>
    )
  if (type === 'STRING' || type === 'NUMBER')
    return (
      <input class="field" type="text" inputMode={type === 'NUMBER' ? 'decimal' : 'text'} autocomplete="off" maxLength={8192} {...shared} />
    )
  return <textarea class="field mono" rows={3} spellcheck={false} maxLength={65_536} {...shared} />
}
