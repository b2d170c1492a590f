import { browser } from 'wxt/browser'
import type { Answer, Failure, Protocol, Push, RequestType } from './messages.ts'

/** How often a page of the extension asks while the background is stopped over it: the question itself starts the next one. */
const tries = 3
/** What the next background makes by itself (`background/changes.ts`), and a code that counts once. */
const untried: readonly RequestType[] = ['move', 'assign', 'snooze', 'wake', 'undo', 'pair']
/** What is not known to be done, with the key by which it is done once; the last few. A file is too long to be kept. */
const unsure = new Map<string, string>()
const most = { unsure: 20, length: 1_000_000 }

/** Whether this is a page of the extension, which outlives the background, and not a script in somebody else's. */
const isOwn = () => /^(?:chrome|moz)-extension:$/.test(globalThis.location?.protocol ?? '')

async function send<T extends RequestType>(message: object): Promise<Answer<T> | undefined> {
  try {
    return await browser.runtime.sendMessage(message)
  } catch {
    return undefined
  }
}

/**
 * Ask the background. Never throws: an extension that was updated under an open page answers with a Failure like everything else. What a page
 * of the extension asks carries a key, the same one until it is known what has become of it: a write is made once, whoever was stopped meanwhile.
 */
export async function ask<T extends RequestType>(type: T, payload: Protocol[T][0]): Promise<Answer<T>> {
  const own = isOwn()
  const content = () => JSON.stringify([type, payload])
  const key = (unsure.size > 0 ? unsure.get(content()) : undefined) ?? (own ? crypto.randomUUID() : undefined)
  const message = { ...payload, type, ...(key !== undefined && { once: key }) }
  let answer: Answer<T> | undefined
  for (let left = own && !untried.includes(type) ? tries : 1; answer === undefined && left > 0; left--) answer = await send<T>(message)
  if (key !== undefined) note(content, key, answer === undefined || (isFailure(answer) && answer.unsure === true))
  if (answer !== undefined) return answer
  // "Extension context invalidated": this copy was replaced and can never ask again
  const gone = !browser.runtime?.id
  const again = own ? 'Signalbox was stopped before it answered. Try again: nothing is done twice.' : 'Signalbox gave no answer. Try again.'
  return { error: gone ? 'Signalbox was updated. Reload this page.' : again, status: 0 }
}

function note(content: () => string, key: string, isUnsure: boolean): void {
  if (!isUnsure && unsure.size === 0) return
  const asked = content()
  unsure.delete(asked)
  if (isUnsure && asked.length <= most.length) unsure.set(asked, key)
  for (const oldest of unsure.keys()) if (unsure.size > most.unsure) unsure.delete(oldest)
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
  ruleNews: 'at',
  unmade: 'rows',
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
