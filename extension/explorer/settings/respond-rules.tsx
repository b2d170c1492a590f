import { Shield } from 'lucide'
import { useEffect, useId, useState } from 'preact/hooks'
import { ask, isFailure } from '../../relay.ts'
import { readDuration } from '../../respond/duration.ts'
import type { RespondSettings } from '../../respond-messages.ts'
import { granted, whyNot, whyUnread } from '../../ui/may.ts'
import { createLoad } from '../load.ts'
import { Failed } from '../states.tsx'
import { toasts } from '../surface.ts'
import { Foot, hold, TextField } from './controls.tsx'
import { useForm } from './form.ts'
import { undo } from './undo.ts'

const settings = createLoad('respondSettings')
const blocks = createLoad('denylist')
/** What automatic blocking begins with when it is switched on again. */
const usualPerHour = 100

const reload = async (): Promise<void> => {
  if (whyUnread('org_management') === undefined) await settings.load({})
}
const look = () => blocks.load({ ended: false, text: '', sort: '-created_at', page: 0, size: 1 })

/** Take what the daemon answered to a change, and offer to put it back. */
function changed(now: RespondSettings, before: RespondSettings, text: string): void {
  settings.value.value = now
  void look()
  const putBack = () => ask('setRespondSettings', { before: now, after: before })
  toasts.show({ icon: Shield, text, ...undo('The rules of blocking are', putBack, () => Promise.all([reload(), look()])) })
}

/** When rules block by themselves, what people have to confirm, and what takes two of them. */
export function RespondRules() {
  useEffect(() => {
    void reload()
    void look()
  }, [granted.value])
  const now = settings.value.value
  const barred = whyUnread('org_management')
  return (
    <>
      <section>
        <h2>Automatic blocking</h2>
        <Stands />
        {now && <Automatic now={now} />}
        {!now && <Missing barred={barred} />}
      </section>
      {now && (
        <>
          <section>
            <h2>A second person</h2>
            <div class="box">
              <Turn
                now={now}
                name="wide"
                title="For wide ranges"
                says="A block wider than the limits below waits until somebody else agrees."
              />
              <Turn now={now} name="permanent" title="For good" says="A block without an end waits until somebody else agrees." />
            </div>
          </section>
          <section>
            <h2>Guard</h2>
            <Limits now={now} />
          </section>
          <section>
            <h2>Publishing</h2>
            <p class="dim">Who has a key to what is published reads which addresses are blocked, and until when. Nothing else, unless:</p>
            <div class="box">
              <Switched
                on={now.publishReasons}
                now={now}
                title="Why they are blocked"
                says="Reasons as people wrote them, in STIX and over TAXII."
                onTurn={on => ({ ...now, publishReasons: on })}
                done={on => `Reasons are ${on ? '' : 'not '}published`}
              />
              <Switched
                on={now.publishUsers}
                now={now}
                title="Which users are"
                says="Names of blocked users, in every form that holds users."
                onTurn={on => ({ ...now, publishUsers: on })}
                done={on => `Blocked users are ${on ? '' : 'not '}published`}
              />
            </div>
          </section>
          <section>
            <h2>Attackers</h2>
            <Flagging now={now} />
          </section>
        </>
      )}
    </>
  )
}

const Missing = ({ barred }: { barred: string | undefined }) =>
  barred !== undefined ? (
    <p class="dim">{barred}</p>
  ) : settings.failure.value ? (
    <Failed error={settings.failure.value.error} onRetry={() => void reload()} />
  ) : null

/** How much rules have blocked, and whether they have stopped. */
function Stands() {
  const by = blocks.value.value?.byRules
  if (!by) return null
  const { lastHour, perHour, stopped } = by
  if (perHour === 0) return <p class="dim">Off: rules block nobody by themselves. Their signals say whom they would have.</p>
  return (
    <p class={stopped ? 'so-so' : 'dim'}>
      {stopped && <strong>It has stopped. </strong>}
      Rules have blocked {lastHour.toLocaleString('en')} of at most {perHour.toLocaleString('en')} within the last hour.
      {stopped && ' It goes on by itself once that is less; signals say what was not blocked.'}
    </p>
  )
}

function Automatic({ now }: { now: RespondSettings }) {
  const form = useForm<{ perHour: string }, RespondSettings>({
    of: 'respond:per_hour',
    stored: { perHour: String(now.perHour) },
    fields: ['perHour'],
    save: (_, { perHour }) => ask('setRespondSettings', { before: now, after: { ...now, perHour: Number(perHour) } }),
    saved: answer => changed(answer, now, `Rules block ${answer.perHour.toLocaleString('en')} within an hour at most`),
  })
  const why = whyNot('org_management') ?? (/^\d{1,6}$/.test(form.value.perHour.trim()) ? undefined : 'Write a whole number')
  return (
    <>
      <div class="box">
        <Switched
          on={now.perHour > 0}
          title="Rules block by themselves"
          says="Where a case of a rule has block_ip or block_user among its actions. Who is passlisted or trusted never is."
          onTurn={on => ({ ...now, perHour: on ? usualPerHour : 0 })}
          now={now}
          done={on => (on ? `Rules block by themselves, ${usualPerHour} within an hour at most` : 'Rules block nobody by themselves')}
        />
      </div>
      {now.perHour > 0 && (
        <form class="form" noValidate onSubmit={hold}>
          <TextField form={form} name="perHour" label="At most within an hour" says="Then it stops, and says so." most={6} mono />
          <Foot form={form} why={form.dirty ? why : 'Nothing has changed'} word="Save" busyWord="Saving" />
        </form>
      )}
      {now.perHour > 0 && <Repeats now={now} />}
    </>
  )
}

/** How much longer who comes back is blocked. */
function Repeats({ now }: { now: RespondSettings }) {
  const form = useForm<{ factor: string; longest: string }, RespondSettings>({
    of: 'respond:repeats',
    stored: { factor: String(now.repeatFactor), longest: now.repeatLongest },
    fields: ['factor', 'longest'],
    save: (_, { factor, longest }) =>
      ask('setRespondSettings', { before: now, after: { ...now, repeatFactor: Number(factor), repeatLongest: longest.trim() } }),
    saved: answer => changed(answer, now, saidRepeats(answer)),
  })
  const span = readDuration(form.value.longest)
  const fault = !/^\d{1,3}$/.test(form.value.factor.trim()) ? 'Write a whole number' : 'wrong' in span ? span.wrong : undefined
  const why = whyNot('org_management') ?? (form.dirty ? fault : 'Nothing has changed')
  return (
    <form class="form" noValidate onSubmit={hold}>
      <p class="dim">Whom rules have blocked within the last 30 days is blocked for longer, with each time before:</p>
      <TextField form={form} name="factor" label="So many times as long" says="1: for no longer." most={3} mono />
      <TextField
        form={form}
        name="longest"
        label="At most for"
        says="Such as 12h or 30d. A rule’s own duration stands where it is longer."
        most={32}
        mono
      />
      <Foot form={form} why={why} word="Save" busyWord="Saving" />
    </form>
  )
}

const saidRepeats = ({ repeatFactor, repeatLongest }: RespondSettings) =>
  repeatFactor === 1
    ? 'Who comes back is blocked for no longer'
    : `Who comes back is blocked ${repeatFactor} times as long, for ${repeatLongest} at most`

const Turn = ({ now, name, title, says }: { now: RespondSettings; name: 'wide' | 'permanent'; title: string; says: string }) => (
  <Switched
    on={now[name]}
    now={now}
    title={title}
    says={says}
    onTurn={on => ({ ...now, [name]: on })}
    done={on => `${title}: ${on ? 'somebody else has to agree' : 'one person is enough'}`}
  />
)

function Switched(props: {
  on: boolean
  now: RespondSettings
  title: string
  says: string
  onTurn(on: boolean): RespondSettings
  done(on: boolean): string
}) {
  const { on, now, title, says, onTurn, done } = props
  const [busy, setBusy] = useState(false)
  const id = useId()
  const off = whyNot('org_management') ?? (busy ? 'Asking the daemon' : undefined)
  async function turn() {
    setBusy(true)
    const answer = await ask('setRespondSettings', { before: now, after: onTurn(!on) })
    setBusy(false)
    if (!isFailure(answer)) return changed(answer, now, done(!on))
    toasts.fail(answer.error)
    if (answer.status === 409) await reload()
  }
  return (
    <div class="line row">
      <div>
        <strong id={id}>{title}</strong>
        <p class="dim">{says}</p>
      </div>
      <span class="end" />
      {off !== undefined && <span class="weak">{off}</span>}
      <input
        type="checkbox"
        role="switch"
        aria-labelledby={id}
        aria-checked={on}
        aria-disabled={off !== undefined}
        checked={on}
        onClick={event => {
          event.preventDefault()
          if (off === undefined) void turn()
        }}
      />
    </div>
  )
}

/** Where flagged ends and suspicious begins. */
function Flagging({ now }: { now: RespondSettings }) {
  const form = useForm<{ flagOver: string }, RespondSettings>({
    of: 'respond:flag_over',
    stored: { flagOver: String(now.flagOver) },
    fields: ['flagOver'],
    save: (_, { flagOver }) => ask('setRespondSettings', { before: now, after: { ...now, flagOver: Number(flagOver) } }),
    saved: answer => changed(answer, now, `Attackers are flagged over ${answer.flagOver.toLocaleString('en')} points`),
  })
  const isWhole = /^\d{1,8}$/.test(form.value.flagOver.trim())
  const why = whyNot('org_management') ?? (isWhole ? (form.dirty ? undefined : 'Nothing has changed') : 'Write a whole number')
  return (
    <form class="form" noValidate onSubmit={hold}>
      <p class="dim">
        Signals of the last 24 hours make an attacker flagged or suspicious: a critical one counts 100 points, a high one 50, a medium one
        5. False positives, tests and benign ones count nothing.
      </p>
      <TextField form={form} name="flagOver" label="Flagged over, points" says="With as many or fewer it is suspicious." most={8} mono />
      <Foot form={form} why={why} word="Save" busyWord="Saving" />
    </form>
  )
}

function Limits({ now }: { now: RespondSettings }) {
  const form = useForm<{ v4: string; v6: string }, RespondSettings>({
    of: 'respond:widest',
    stored: { v4: String(now.v4), v6: String(now.v6) },
    fields: ['v4', 'v6'],
    save: (_, { v4, v6 }) => ask('setRespondSettings', { before: now, after: { ...now, v4: Number(v4), v6: Number(v6) } }),
    saved: answer => changed(answer, now, `Wider than /${answer.v4} or /${answer.v6} has to be confirmed`),
  })
  const isBits = (text: string) => /^\d{1,3}$/.test(text.trim())
  const why =
    whyNot('org_management') ??
    (!isBits(form.value.v4) || !isBits(form.value.v6) ? 'Write bits, such as 24' : form.dirty ? undefined : 'Nothing has changed')
  return (
    <form class="form" noValidate onSubmit={hold}>
      <p class="dim">
        Addresses of this machine, of whoever asks, of its router, private ones and known good ones always have to be typed again. So do
        ranges wider than this:
      </p>
      <TextField form={form} name="v4" label="IPv4, bits" says="24: a /23 has to be confirmed." most={3} mono />
      <TextField form={form} name="v6" label="IPv6, bits" most={3} mono />
      <Foot form={form} why={why} word="Save" busyWord="Saving" />
    </form>
  )
}
