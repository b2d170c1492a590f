import { linesOf } from '../../shared/evidence.ts'
import { isObject, type Json, type JsonObject } from '../../shared/json.ts'
import type { EvidencePreview, ReadLog } from '../evidence-messages.ts'
import { exact } from '../ui/time.tsx'
import { Visible } from '../ui/visible.tsx'

/** Lines that are shown, and characters of one. */
const most = { lines: 200, characters: 2_000, fields: 60 }

/** The lines as they were selected, each with what log formats make of it. */
export function Lines({ text, preview }: { text: string; preview: EvidencePreview | null }) {
  const lines = linesOf(text)
  const read = new Map<number, ReadLog[]>()
  for (const log of preview?.first ?? []) read.set(log.line, [...(read.get(log.line) ?? []), log])
  return (
    <ol class="lines">
      {lines.slice(0, most.lines).map((line, i) => (
        <li key={i}>
          <code>
            <Visible text={line.slice(0, most.characters)} />
            {line.length > most.characters && (
              <span class="weak"> and {(line.length - most.characters).toLocaleString('en')} characters</span>
            )}
          </code>
          {read.get(i + 1)?.map((log, at) => (
            <Fields key={at} log={log} />
          ))}
        </li>
      ))}
      {lines.length > most.lines && <li class="weak more">and {(lines.length - most.lines).toLocaleString('en')} more lines</li>}
    </ol>
  )
}

/** Time, service and level; the rest on demand. */
function Fields({ log }: { log: ReadLog }) {
  const fields = [...fieldsOf(log.attributes)]
  const said = [exact(log.time), log.service, log.host, log.status].filter(word => word !== '')
  return (
    <details class="read">
      <summary>
        <Visible text={said.join(' · ')} />
        {fields.length > 0 && <span class="weak"> · {fields.length === 1 ? '1 field' : `${fields.length} fields`}</span>}
      </summary>
      <dl>
        <dt>message</dt>
        <dd>
          <Visible text={log.message} />
        </dd>
        {fields.slice(0, most.fields).map(([path, value]) => (
          <>
            <dt key={path}>
              <Visible text={`@${path}`} />
            </dt>
            <dd>
              <Visible text={value} />
            </dd>
          </>
        ))}
      </dl>
    </details>
  )
}

/** Attributes by their path. */
export function* fieldsOf(attributes: JsonObject, before = ''): Generator<[path: string, value: string]> {
  for (const [key, value] of Object.entries(attributes)) {
    if (isObject(value)) yield* fieldsOf(value, `${before}${key}.`)
    else yield [before + key, shown(value).slice(0, most.characters)]
  }
}
const shown = (value: Json): string =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.map(shown).join(', ') : JSON.stringify(value)
