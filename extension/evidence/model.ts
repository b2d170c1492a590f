import { computed, effect, signal } from '@preact/signals'
import { asOneLine } from '../../shared/unseen.ts'
import { parseUrl } from '../../shared/url.ts'
import type { Draft, EvidencePreview, Form } from '../evidence-messages.ts'
import { ask, isFailure } from '../relay.ts'

/** How often it is asked what has become of it, ms. */
const pause = 1_000

/** Our own zone, minutes east of UTC. */
export const ownZone = -new Date().getTimezoneOffset()

const id = location.hash.slice(1)
/** What was selected; undefined until it is here, null where it no longer is. */
export const draft = signal<Draft | null | undefined>(undefined)
export const preview = signal<EvidencePreview | null>(null)
/** Why there is no preview. */
export const blind = signal('')
export const form = signal<Form>({ does: 'keep', zone: 0, title: '', severity: 'medium', incidentSeverity: 'UNKNOWN', target: '' })
export const change = (to: Partial<Form>) => {
  form.value = { ...form.value, ...to }
}
export const busy = computed(() => draft.value?.sending != null)

let asked = 0
/** Have the daemon read the lines. */
export async function look(): Promise<void> {
  const mine = ++asked
  const { zone } = form.value
  blind.value = ''
  const answer = await ask('previewDraft', { id, zone })
  if (mine !== asked) return
  if (isFailure(answer)) blind.value = answer.error
  else preview.value = answer
}

async function reload(): Promise<void> {
  const answer = await ask('draft', { id })
  // the background was stopped meanwhile: the next question wakes it
  if (!isFailure(answer)) draft.value = answer.draft
}

/** Do what was confirmed, or try again what is not known to be done. */
export async function send(): Promise<void> {
  const now = draft.value
  if (!now) return
  const wanted = now.sending ?? form.value
  draft.value = { ...now, sending: wanted, error: '' }
  const answer = await ask('sendDraft', { id, ...wanted, title: wanted.title.trim(), target: wanted.target.trim() })
  if (isFailure(answer)) await reload()
  else draft.value = answer.draft
}

export async function cancel(): Promise<void> {
  await ask('dropDraft', { id })
  close()
}

/** Read what was selected, and follow what becomes of it. */
export async function open(): Promise<void> {
  for (let tries = 0; draft.value === undefined && tries < 5; tries++) {
    if (tries > 0) await new Promise(resolve => setTimeout(resolve, pause))
    await reload()
  }
  const now = draft.value
  if (!now) {
    draft.value = null
    return
  }
  form.value = now.sending ?? { ...form.value, does: now.wanted, title: titleFor(now) }
  if (now.why === '') void look()
  effect(() => {
    if (!busy.value) return
    const timer = setInterval(() => void reload(), pause)
    return () => clearInterval(timer)
  })
}

/** What a signal of these lines is called until somebody finds a better name. */
function titleFor({ text, page }: Draft): string {
  const line = text.split(/[\n\r]/).find(line => line.trim() !== '') ?? ''
  const host = parseUrl(page.url)?.hostname ?? ''
  return `${asOneLine(line, 80)}${host === '' ? '' : ` (on ${host})`}`
}
