import type { JsonObject } from '../../shared/json.ts'
import type { EvidenceProtocol, Form, Second } from '../evidence-messages.ts'
import type { Protocol } from '../messages.ts'
import type { Daemon } from './daemon.ts'
import type { Drafts, KeptDraft } from './drafts.ts'
import { steps } from './escalation-steps.ts'
import { toEvidence, toKept, toPreview, toTargets } from './evidence-wire.ts'
import { object } from './read.ts'
import { sha256, toBase64url, utf8 } from './secrets.ts'
import { Refused } from './send.ts'

export type Escalations = { [T in keyof EvidenceProtocol]: (asked: Protocol[T][0]) => Promise<Protocol[T][1]> } & {
  /** Go on with what the last worker left. */
  resume(): Promise<void>
}

const path = '/api/local/evidence'
/** A large selection may take its time, but the browser ends a worker that waits for 30 s. */
const patience = 28_000

/** Cases and incidents that are not over: as many as a list under a field can show. */
const open = {
  case: `/api/v2/cases?${new URLSearchParams({ filter: '-status:CLOSED -archived:true', 'page[size]': '50', 'sort[field]': 'modified_at' })}`,
  incident: `/api/v2/incidents/search?${new URLSearchParams({ query: 'state:(active OR stable)', 'page[size]': '50' })}`,
}

const bodyOf = (attributes: JsonObject): JsonObject => ({ data: { attributes } })
const evidenceOf = ({ text, page, time }: KeptDraft, zone: number) => bodyOf({ text, page: { ...page }, time, zone })

/**
 * Makes of selected lines what was confirmed in their window, step by step. Each step is noted once it is known to be done, and each write's key is
 * made of the draft and of what it says: however often the worker is stopped and the same sent again, it is done once.
 */
export function createEscalations({ daemon, drafts }: { daemon: Daemon; drafts: Drafts }): Escalations {
  /** By draft: two workers' worth of the same do not run side by side. */
  const running = new Map<string, Promise<void>>()

  async function write(draft: KeptDraft, path: string, body: JsonObject, method = 'POST'): Promise<JsonObject> {
    const key = `${draft.key}-${toBase64url(await sha256(utf8(JSON.stringify([path, body])))).slice(0, 22)}`
    return daemon.request(method, path, body, key, patience)
  }

  async function keep(draft: KeptDraft, { zone }: Form): Promise<KeptDraft> {
    if (draft.kept && !draft.kept.pending) return draft
    const kept = toKept((await write(draft, path, evidenceOf(draft, zone)))['data'])
    await drafts.change(draft.id, { kept })
    return { ...draft, kept }
  }

  async function make(draft: KeptDraft, form: Form, does: Second): Promise<void> {
    const kept = draft.kept!
    if (kept.pending) throw new Error('The lines are kept, but not stored as logs yet. The rest follows.')
    const { method, path, body, made } = steps[does](draft, kept, form)
    const answer = await write(draft, path, body, method)
    await drafts.change(draft.id, { made: { ...draft.made, [does]: made(answer) } })
  }

  async function run(id: string): Promise<void> {
    const draft = await drafts.get(id)
    if (!draft?.sending) return
    try {
      const form = draft.sending
      const kept = await keep(draft, form)
      if (form.does !== 'keep' && !draft.made[form.does]) await make(kept, form, form.does)
      await drafts.change(id, { sending: null, error: '' })
    } catch (error) {
      const { message } = error as Error
      await drafts.change(id, { error: message, ...(error instanceof Refused && error.isFinal && { sending: null }) })
    }
  }
  function begin(id: string): Promise<void> {
    const begun = running.get(id) ?? run(id).finally(() => running.delete(id))
    running.set(id, begun)
    return begun
  }
  async function shown(id: string): Promise<Protocol['draft'][1]> {
    const draft = await drafts.get(id)
    if (!draft) return { draft: null }
    const { key: _, ...rest } = draft
    return { draft: rest }
  }

  return {
    evidence: async ({ id }) => toEvidence(object((await daemon.request('GET', `${path}/${encodeURIComponent(id)}`))['data'])),
    draft: ({ id }) => shown(id),
    async previewDraft({ id, zone }) {
      const draft = await drafts.get(id)
      if (!draft) throw new Refused(0, 'These lines are no longer here. Select them again.')
      return toPreview(await daemon.request('POST', `${path}?dry_run=true`, evidenceOf(draft, zone), undefined, patience))
    },
    async sendDraft({ id, does, zone, title, severity, incidentSeverity, target }) {
      const draft = await drafts.get(id)
      // what was confirmed stays what is sent until it is known to be done
      if (draft && !draft.sending)
        await drafts.change(id, { sending: { does, zone, title, severity, incidentSeverity, target }, error: '' })
      await begin(id)
      return shown(id)
    },
    async dropDraft({ id }) {
      // what was confirmed is done, whether somebody looks or not
      if (!(await drafts.get(id))?.sending) await drafts.drop(id)
      return {}
    },
    async targets({ kind }) {
      return { targets: toTargets(await daemon.request('GET', open[kind])) }
    },
    async resume() {
      for (const { id } of await drafts.sending()) await begin(id)
    },
  }
}
