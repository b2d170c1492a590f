import { Check } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Failure, Problem } from '../messages.ts'
import { isFailure } from '../relay.ts'
import { Button } from '../ui/button.tsx'
import { off } from '../ui/off.ts'
import { JsonEditor } from './json-editor.tsx'
import { Trouble } from './states.tsx'
import { scrolls } from './workflows/words.tsx'

const stale = 'Not saved: somebody changed it meanwhile. What you typed is still here. Look at it again, then save.'

/**
 * A thing as JSON, looked at by the daemon while it is typed. `version`: of what is stored, so that there has to be a change. A text that
 * somebody has begun to change stays when what is stored goes on; its save says the version that it began with, and is refused.
 */
export function SourceEditor<T extends { version: number }>(props: {
  label: string
  source: string
  version?: number | undefined
  word: string
  /** Why it cannot be saved. */
  whyNot?: string | undefined
  check(text: string): Promise<object>
  save(text: string, version: number | undefined): Promise<T | Failure>
  onSaved(saved: T): void
  /** What is stored is newer than what this knows. */
  onStale?(): Promise<void>
}) {
  const { label, source, version, word, whyNot, check, save, onSaved, onStale } = props
  const [text, setText] = useState(source)
  // what it was when somebody began to change it
  const [base, setBase] = useState({ source, version })
  const [refused, setRefused] = useState(false)
  const isChange = version !== undefined
  const isBehind = isChange && version > base.version!
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
    if (!isBehind || (text !== base.source && !refused)) return
    if (text === base.source) setText(source)
    // what is there now stands below, so that saving again is meant
    setBase({ source, version })
  }, [version, refused])
  useEffect(() => {
    setGood(false)
    if (text === base.source || !isJson(text)) return setProblems([])
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
    const answer = await save(text, base.version)
    setBusy(false)
    if (!isFailure(answer)) {
      setRefused(false)
      setTrouble(undefined)
      setBase({ source: text, version: answer.version })
      return onSaved(answer)
    }
    const isStale = answer.status === 409 && (answer.problems ?? []).every(({ field }) => /(^|\.)version$/.test(field))
    said(isStale ? { error: stale, status: 409 } : answer)
    if (!isStale || !onStale) return
    await onStale()
    setRefused(true)
  }
  function startOver() {
    setText(source)
    setBase({ source, version })
    setRefused(false)
    setTrouble(undefined)
  }
  const why =
    off.value ??
    whyNot ??
    (busy
      ? 'Asking the daemon'
      : isChange && text === base.source
        ? 'Nothing has changed'
        : !isJson(text)
          ? 'This is not JSON yet'
          : undefined)
  return (
    <>
      <JsonEditor label={label} text={text} problems={problems} onInput={setText} />
      {trouble && <Trouble text={trouble} />}
      {isBehind && text !== base.source && !refused && (
        <p class="notice" role="status">
          Somebody changed it meanwhile. What you typed is still here.
        </p>
      )}
      {refused && (
        <details open>
          <summary>What is stored now: version {version}</summary>
          <pre class="json short" {...scrolls('What is stored now')}>
            {source}
          </pre>
        </details>
      )}
      <div class="row foot">
        <Button kind="primary" icon={Check} off={why} onClick={keep}>
          {word}
        </Button>
        {text !== base.source && (
          <Button kind="quiet" onClick={startOver}>
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
