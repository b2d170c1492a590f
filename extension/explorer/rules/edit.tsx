import { Check } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import type { RuleRow } from '../../rule-messages.ts'
import { Button } from '../../ui/button.tsx'
import { JsonEditor } from '../json-editor.tsx'
import { Trouble } from '../states.tsx'
import { off } from '../surface.ts'

/** A rule as JSON, looked at by the daemon while it is typed. `of` is the stored one that it changes. */
export function RuleEditor({ source, of, word, onSaved }: { source: string; of?: RuleRow; word: string; onSaved(row: RuleRow): void }) {
  const [text, setText] = useState(source)
  const [problems, setProblems] = useState<Problem[]>([])
  const [trouble, setTrouble] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [good, setGood] = useState(false)
  const asked = useRef(0)

  const said = (answer: Awaited<ReturnType<typeof ask<'checkRule'>>>) => {
    const found = isFailure(answer) ? (answer.problems ?? []) : []
    setProblems(found)
    // what stands at a member is said there
    setTrouble(isFailure(answer) && found.length === 0 ? answer.error : undefined)
    setGood(!isFailure(answer))
  }
  useEffect(() => {
    setGood(false)
    if (text === source || !isJson(text)) return setProblems([])
    const mine = ++asked.current
    const timer = setTimeout(async () => {
      const answer = await ask('checkRule', { source: text })
      if (mine === asked.current) said(answer)
    }, 400)
    return () => clearTimeout(timer)
  }, [text])

  async function save() {
    if (busy) return
    asked.current++
    setBusy(true)
    const answer = await ask('saveRule', { source: text, ...(of && { id: of.id, version: of.version }) })
    setBusy(false)
    if (isFailure(answer)) said(answer)
    else onSaved(answer)
  }
  const why =
    off.value ??
    (busy ? 'Asking the daemon' : of && text === source ? 'Nothing has changed' : !isJson(text) ? 'This is not JSON yet' : undefined)
  return (
    <>
      <JsonEditor label="Rule as JSON" text={text} problems={problems} onInput={setText} />
      {trouble && <Trouble text={trouble} />}
      <div class="row foot">
        <Button kind="primary" icon={Check} off={why} onClick={save}>
          {word}
        </Button>
        {text !== source && (
          <Button kind="quiet" onClick={() => setText(source)}>
            Start over
          </Button>
        )}
        <span class="dim" role="status">
          {good && 'The daemon would take it.'}
        </span>
      </div>
    </>
  )
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
