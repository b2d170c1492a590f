import { UserRoundCheck } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { type Severity as Level, severities } from '../../../shared/severity.ts'
import { parseDuration } from '../../../shared/time.ts'
import type { Failure } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import type { TriageSettings } from '../../setup-messages.ts'
import { capital, Severity } from '../../ui/glyphs.tsx'
import { granted, isFixed, whyNot, whyUnread } from '../../ui/may.ts'
import { createLoad } from '../load.ts'
import { toasts } from '../surface.ts'
import { Foot, hold } from './controls.tsx'
import { useForm } from './form.ts'
import { Body, Shell, Waiting } from './shell.tsx'
import { undo } from './undo.ts'

const settings = createLoad('triageSettings')
const reload = async () => {
  if (whyUnread('org_management') === undefined) await settings.load({})
}
/** Take what the daemon answered to a change, and offer to put it back. */
function changed(now: TriageSettings, before: TriageSettings, text: string): void {
  settings.value.value = now
  toasts.show({
    icon: UserRoundCheck,
    text,
    ...undo('The settings of triage are', () => ask('setTriageSettings', { before: now, after: before }), reload),
  })
}

/** How triage is meant to go. */
export function TriagePart() {
  useEffect(() => void reload(), [granted.value])
  const now = settings.value.value
  return (
    <Shell part="triage" says="How soon signals are to be taken up, and who has them then." onReload={() => void reload()}>
      {now ? (
        <Body part="triage">
          <AssignOnAct now={now} />
          <DueTimes now={now} />
        </Body>
      ) : (
        <Waiting barred={whyUnread('org_management')} failure={settings.failure.value} onRetry={reload} />
      )}
    </Shell>
  )
}

function AssignOnAct({ now }: { now: TriageSettings }) {
  const [busy, setBusy] = useState(false)
  const off = whyNot('org_management') ?? (busy ? 'Asking the daemon' : undefined)
  async function turn(assignOnAct: boolean) {
    setBusy(true)
    const answer: TriageSettings | Failure = await ask('setTriageSettings', { before: now, after: { ...now, assignOnAct } })
    setBusy(false)
    if (!isFailure(answer)) return changed(answer, now, `Who acts on a signal ${assignOnAct ? 'takes it' : 'does not take it'}`)
    toasts.fail(answer.error)
    if (answer.status === 409) await reload()
  }
  return (
    <section>
      <h2>Assignment</h2>
      <div class="box">
        <div class="line row">
          <div>
            <strong id="assign-on-act">Assign on act</strong>
            <p class="dim">Who moves or snoozes a signal that is nobody’s takes it.</p>
          </div>
          <span class="end" />
          {off !== undefined && <span class="weak">{off}</span>}
          <input
            type="checkbox"
            role="switch"
            aria-labelledby="assign-on-act"
            aria-checked={now.assignOnAct}
            aria-disabled={off !== undefined}
            checked={now.assignOnAct}
            onClick={event => {
              event.preventDefault()
              if (off === undefined) void turn(!now.assignOnAct)
            }}
          />
        </div>
      </div>
    </section>
  )
}

const times = ['acknowledge', 'resolve'] as const
type Due = Record<`${Level}.${(typeof times)[number]}`, string>
const names = severities.flatMap(level => times.map(time => `${level}.${time}` as const))

const dueForm = ({ due }: TriageSettings): Due =>
  Object.fromEntries(severities.flatMap(level => times.map(time => [`${level}.${time}`, due[level][time] ?? '']))) as Due
const dueOf = (form: Due): TriageSettings['due'] =>
  Object.fromEntries(
    severities.map(level => [level, Object.fromEntries(times.map(time => [time, form[`${level}.${time}`].trim() || null]))]),
  ) as TriageSettings['due']

/** What is wrong with a due time; empty is none. */
export function dueFault(text: string): string | undefined {
  if (text.trim() === '') return undefined
  try {
    return parseDuration(text) > 0 ? undefined : 'Must be longer than nothing'
  } catch {
    return 'Write 15m, 4h or 3d; empty for none'
  }
}

function DueTimes({ now }: { now: TriageSettings }) {
  const form = useForm<Due, TriageSettings>({
    of: 'due',
    stored: dueForm(now),
    fields: names,
    save: (base, value) => ask('setTriageSettings', { before: { ...now, due: dueOf(base) }, after: { ...now, due: dueOf(value) } }),
    async reread() {
      await reload()
      return settings.value.value ? dueForm(settings.value.value) : undefined
    },
    saved: answer => changed(answer, now, 'Due times saved'),
  })
  const barred = whyNot('org_management')
  const faulty = names.find(name => dueFault(form.value[name]) !== undefined)
  const why =
    barred ??
    (form.dirty ? undefined : 'Nothing has changed') ??
    (faulty ? `${capital(faulty.split('.')[0]!)}: write a duration` : undefined)
  return (
    <section>
      <h2>Due times</h2>
      <p class="dim">Counted from when a signal was made. A duration such as 15m, 4h or 3d; empty for none.</p>
      <form noValidate onSubmit={hold}>
        <div class="box">
          <table class="due">
            <thead>
              <tr>
                <th scope="col">Severity</th>
                <th scope="col">Taken up within</th>
                <th scope="col">Archived within</th>
              </tr>
            </thead>
            <tbody>
              {severities.map(level => (
                <tr key={level}>
                  <th scope="row">
                    <Severity level={level} />
                  </th>
                  {times.map(time => {
                    const name = `${level}.${time}` as const
                    const fault = form.wrong(name) ?? dueFault(form.value[name])
                    return (
                      <td key={time}>
                        <input
                          type="text"
                          class="field mono"
                          aria-label={`${capital(level)}, ${time === 'acknowledge' ? 'taken up' : 'archived'} within`}
                          aria-invalid={fault !== undefined}
                          aria-describedby={fault ? `due-${level}-${time}` : undefined}
                          placeholder="none"
                          readOnly={isFixed(barred, '')}
                          maxLength={32}
                          autocomplete="off"
                          spellcheck={false}
                          value={form.value[name]}
                          onInput={event => form.change({ [name]: event.currentTarget.value } as Partial<Due>)}
                        />
                        {fault && (
                          <p class="bad" id={`due-${level}-${time}`} role="alert">
                            {fault}
                          </p>
                        )}
                      </td>
                    )
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <Foot form={form} why={why} word="Save" busyWord="Saving" />
      </form>
    </section>
  )
}
