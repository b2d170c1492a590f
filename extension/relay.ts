import { browser } from 'wxt/browser'
import type { Answer, Failure, Protocol, Push, RequestType } from './messages.ts'

/** Ask the background. Never throws: an extension that was updated under an open page answers with a Failure like everything else. */
export async function ask<T extends RequestType>(type: T, payload: Protocol[T][0]): Promise<Answer<T>> {
  try {
    const answer: Answer<T> | undefined = await browser.runtime.sendMessage({ ...payload, type })
    return answer ?? { error: 'Signalbox gave no answer. Try again.', status: 0 }
  } catch {
    // "Extension context invalidated": this copy was replaced and can never ask again
    const gone = !browser.runtime?.id
    return { error: gone ? 'Signalbox was updated. Reload this page.' : 'Signalbox gave no answer. Try again.', status: 0 }
  }
}

export const isFailure = (answer: object): answer is Failure => 'error' in answer && 'status' in answer

/** What each push carries. Requests of other pages pass by here too, and some share a name with a push. */
const carries: Record<Push['type'], string> = {
  status: 'status',
  changed: 'ids',
  caseNews: 'ids',
  incidentNews: 'ids',
  settings: 'settings',
  workflows: 'runs',
  blockNews: 'at',
  card: 'text',
  marking: 'on',
  tell: 'again',
}

/** Hear what the background tells, until the returned function is called. */
export function onPush(hear: (push: Push) => void): () => void {
  const listener = (message: unknown, sender: { id?: string | undefined }) => {
    if (sender.id !== browser.runtime.id || typeof message !== 'object' || message === null) return
    const { type } = message as { type?: unknown }
    if (typeof type === 'string' && Object.hasOwn(carries, type) && Object.hasOwn(message, carries[type as Push['type']]))
      hear(message as Push)
  }
  browser.runtime.onMessage.addListener(listener)
  return () => browser.runtime.onMessage.removeListener(listener)
}
