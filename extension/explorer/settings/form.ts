import { useRef, useState } from 'preact/hooks'
import type { Failure, Problem } from '../../messages.ts'
import { isFailure } from '../../relay.ts'
import { off } from '../../ui/off.ts'
import { draftOf } from '../drafts.ts'

/** The control that a problem is about: the longest of `fields` that its path ends with; undefined where there is none. */
export function controlOf(path: string, fields: readonly string[]): string | undefined {
  const plain = path.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  return fields.filter(field => `.${plain}.`.includes(`.${field}.`)).sort((a, b) => b.length - a.length)[0]
}

export type Form<T extends object> = ReturnType<typeof useForm<T, object>>

/** A form whose draft is kept, and whose faults stand at their controls: what the daemon refuses stays as it was typed. */
export function useForm<T extends object, R extends object>(needs: {
  /** What is changed. */
  of: string
  stored: T
  /** Names of its controls, as the daemon's problems end with them. */
  fields: readonly string[]
  save(base: T, value: T): Promise<R | Failure>
  /** Somebody else came first: what is stored now. */
  reread?(): Promise<T | undefined>
  saved(answer: R, base: T, value: T): void
}) {
  const { of, stored, fields, save, reread, saved } = needs
  const draft = draftOf(of, stored)
  const [problems, setProblems] = useState<Problem[]>([])
  const [trouble, setTrouble] = useState<string>()
  const [busy, setBusy] = useState(false)
  // a second press of Enter comes before the first has drawn anything
  const sending = useRef(false)

  async function submit(): Promise<void> {
    if (sending.current || off.value !== undefined) return
    sending.current = true
    setBusy(true)
    setTrouble(undefined)
    const { base, value } = draft
    const answer = await save(base, value)
    sending.current = false
    setBusy(false)
    if (!isFailure(answer)) {
      setProblems([])
      draft.drop()
      saved(answer, base, value)
      return
    }
    const found = (answer.problems ?? []).map(one => ({ ...one, field: controlOf(one.field, fields) ?? '' }))
    setProblems(found)
    const elsewhere = found.filter(({ field }) => field === '')
    if (found.length === 0 || elsewhere.length > 0) setTrouble(elsewhere.map(({ message }) => message).join('; ') || answer.error)
    const now = answer.status === 409 ? await reread?.() : undefined
    if (now) draft.rebase(now)
  }
  return {
    value: draft.value,
    dirty: draft.dirty,
    busy,
    trouble,
    problems,
    change(part: Partial<T>) {
      draft.change(part)
      // what was wrong with it may be right now
      setProblems(problems => problems.filter(({ field }) => !Object.keys(part).includes(field.split('.')[0]!)))
    },
    wrong: (field: string) => problems.find(one => one.field === field)?.message,
    submit,
    reset() {
      draft.drop()
      setProblems([])
      setTrouble(undefined)
    },
  }
}
