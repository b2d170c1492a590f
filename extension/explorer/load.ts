import { type ReadonlySignal, signal } from '@preact/signals'
import type { Answer, Failure, Protocol, RequestType } from '../messages.ts'
import { ask, isFailure } from '../relay.ts'

export interface Loaded<T> {
  value: ReadonlySignal<T | null>
  failure: ReadonlySignal<Failure | null>
  loading: ReadonlySignal<boolean>
}

/** An answer of the background that is asked for again and again. What was there stays while a new one is on its way; the latest question wins. */
export function createLoad<T extends RequestType>(type: T) {
  type Value = Exclude<Answer<T>, Failure>
  const value = signal<Value | null>(null)
  const failure = signal<Failure | null>(null)
  const loading = signal(false)
  let asked = 0
  async function load(payload: Protocol[T][0]): Promise<void> {
    const mine = ++asked
    loading.value = true
    const answer = await ask(type, payload)
    if (mine !== asked) return
    loading.value = false
    failure.value = isFailure(answer) ? answer : null
    if (!isFailure(answer)) value.value = answer as Value
  }
  const clear = () => {
    asked++
    value.value = null
    failure.value = null
    loading.value = false
  }
  return { value, failure, loading, load, clear }
}
