import { Check } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Failure, Problem } from '../messages.ts'
import { isFailure } from '../relay.ts'
import { Button } from '../ui/button.tsx'
import { JsonEditor } from './json-editor.tsx'
import { Trouble } from './states.tsx'
import { off } from './surface.ts'

/** A thing as JSON, looked at by the daemon while it is typed. `isChange`: of what is stored, so that there has to be one. */
export function SourceEditor<T extends object>(props: {
  label: string
  source: string
  isChange: boolean
  word: string
  /** Why it cannot be saved. */
  whyNot?: string | undefined
  check(text: string): Promise<object>
  save(text: string): Promise<T | Failure>
  onSaved(saved: T): void
}) {
  const { label, source, isChange, word, whyNot, check, save, onSaved } = props
  const [text, setText] = useState(source)
  const [problems, setProblems] = useState<Problem[]>([])
  const [trouble, setTrouble] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [good, setGood] = useState(false)
  const asked = useRef(0)

  const said = (answer: object) => {
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
      const answer = await check(text)
      if (mine === asked.current) said(answer)
    }, 400)
    return () => clearTimeout(timer)
  }, [text])

  async function keep() {
    if (busy) return
    asked.current++
    setBusy(true)
    const answer = await save(text)
    setBusy(false)
    if (isFailure(answer)) said(answer)
    else onSaved(answer)
  }
  const why =
    off.value ??
    whyNot ??
    (busy ? 'Asking the daemon' : isChange && text === source ? 'Nothing has changed' : !isJson(text) ? 'This is not JSON yet' : undefined)
  return (
    <>
      <JsonEditor label={label} text={text} problems={problems} onInput={setText} />
      {trouble && <Trouble text={trouble} />}
      <div class="row foot">
        <Button kind="primary" icon={Check} off={why} onClick={keep}>
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
