import { EyeOff, Plug, TriangleAlert } from 'lucide'
import { useState } from 'preact/hooks'
import { type RangeMode, rangeModes } from '../../../shared/bouncer.ts'
import { saidSpan } from '../../../shared/time.ts'
import { ask, isFailure } from '../../relay.ts'
import type { BouncerRow } from '../../respond-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { whyNoBlock } from '../../ui/may.ts'
import { Ago } from '../../ui/time.tsx'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import { Sure } from '../sure.tsx'
import { toasts } from '../surface.ts'
import { Foot, hold, TextField } from './controls.tsx'
import { bouncers, rangeWords, reloadBouncers, revoke } from './enforcers-list.ts'
import { useForm } from './form.ts'
import { ShownOnce } from './shown-once.tsx'

interface Made {
  row: BouncerRow
  key: string
}

/** A new one. Its key is shown once, in the panel that made it. */
export function NewBouncerPanel() {
  const [made, setMade] = useState<Made>()
  const [copied, setCopied] = useState(false)
  const [warned, setWarned] = useState(false)
  const close = () => show({ do: undefined })
  const onClose = () => {
    // the one press too many would lose it
    if (made && made.key !== '' && !copied && !warned) setWarned(true)
    else close()
  }
  return (
    <Panel label={made ? `${made.row.name} let in` : 'New enforcer'} of={made ? 'made' : 'new'} form={!made} onClose={onClose}>
      {made ? <Secret made={made} warned={warned} onCopied={() => setCopied(true)} onDone={close} /> : <Choices onMade={setMade} />}
    </Panel>
  )
}

function Choices({ onMade }: { onMade(made: Made): void }) {
  const form = useForm<{ name: string; ranges: RangeMode }, Made>({
    of: 'bouncer:new',
    stored: { name: '', ranges: 'unknown' },
    fields: ['name', 'ranges'],
    save: (_, { name, ranges }) => ask('createBouncer', { name: name.trim(), ranges }),
    saved(made) {
      onMade(made)
      void reloadBouncers()
    },
  })
  const why = whyNoBlock() ?? (form.value.name.trim() === '' ? 'Give it a name first' : undefined)
  return (
    <form class="form" noValidate onSubmit={hold}>
      <TextField form={form} name="name" label="Name" says="What it is and where: edge-1, nginx.web." most={64} />
      <Ranges chosen={form.value.ranges} onChoose={ranges => form.change({ ranges })} off={undefined} />
      <Foot form={form} why={why} word="Let it in" busyWord="Letting it in" />
    </form>
  )
}

function Ranges({ chosen, onChoose, off }: { chosen: RangeMode; onChoose(ranges: RangeMode): void; off: string | undefined }) {
  return (
    <div>
      <fieldset class="choices">
        <legend class="eyebrow">How it holds ranges</legend>
        {rangeModes.map(mode => (
          <label key={mode} title={off}>
            <input
              type="radio"
              name="ranges"
              checked={chosen === mode}
              aria-disabled={off !== undefined}
              onClick={event => off !== undefined && event.preventDefault()}
              onChange={() => onChoose(mode)}
            />
            {rangeWords[mode][0]}
          </label>
        ))}
      </fieldset>
      <p class="weak">{rangeWords[chosen][1]}</p>
    </div>
  )
}

function Secret({ made, ...how }: { made: Made; warned: boolean; onCopied(): void; onDone(): void }) {
  if (made.key === '')
    return <p class="dim">It was made by an earlier try whose answer was lost, and its key with it. Shut it out and make another.</p>
  return (
    <ShownOnce secret={made.key} says={`Ends in ${made.row.last4}. It is sent as X-Api-Key.`} {...how}>
      <p class="dim">
        For a bouncer of CrowdSec’s, in its file: <code>api_url: {bouncers.value.value?.url ?? ''}/</code> and <code>api_key:</code> this
        key.
      </p>
    </ShownOnce>
  )
}

/** One enforcer: what asks with its key, and the way to shut it out. */
export function BouncerPanel({ id }: { id: string }) {
  const row = bouncers.value.value?.rows.find(one => one.id === id)
  return (
    <Panel label={row?.name ?? 'No such enforcer'} of={id} onClose={() => show({ bouncer: undefined })}>
      {row ? <About row={row} /> : <p class="dim">It was shut out, or the link is of another daemon.</p>}
    </Panel>
  )
}

function About({ row }: { row: BouncerRow }) {
  const [sure, setSure] = useState(false)
  const [busy, setBusy] = useState(false)
  const off = whyNoBlock() ?? (busy ? 'Pending: sent, not answered yet' : undefined)
  async function hold(ranges: RangeMode) {
    setBusy(true)
    const answer = await ask('changeBouncer', { id: row.id, ranges })
    setBusy(false)
    await reloadBouncers()
    if (isFailure(answer)) toasts.fail(`${row.name} not changed: ${answer.error}`)
    else toasts.show({ icon: Plug, text: `${row.name}: ${rangeWords[ranges][0].toLowerCase()}; it is told everything anew` })
  }
  async function forget() {
    setBusy(true)
    const answer = await ask('forgetSilent', { id: row.id })
    setBusy(false)
    await reloadBouncers()
    if (isFailure(answer)) toasts.fail(`${row.name} not changed: ${answer.error}`)
    else toasts.show({ icon: Plug, text: `${row.name}: what is silent is not waited for any more` })
  }
  return (
    <>
      <section>
        <dl class="facts">
          <dt>Key ends in</dt>
          <dd class="mono">{row.last4}</dd>
          <dt>Let in</dt>
          <dd>
            <Ago time={row.created} sentence /> by {row.by}
          </dd>
        </dl>
      </section>
      <section>
        <Ranges chosen={row.ranges} onChoose={ranges => void hold(ranges)} off={off} />
      </section>
      <section>
        <h3>What asks with its key</h3>
        {row.instances.length === 0 && <p class="dim">Nothing yet.</p>}
        <ul class="proof">
          {row.instances.map(({ address, type, version, lastPull, interval, stale, metrics }) => (
            <li key={`${address} ${type} ${version}`}>
              <div class="row">
                <strong>
                  {type || 'unnamed'} {version}
                </strong>
                <span class="weak mono">{address}</span>
                <span class="end" />
                {stale && (
                  <span class="proof-state so-so">
                    <Icon of={TriangleAlert} small />
                    Silent
                  </span>
                )}
              </div>
              <p class="dim">
                {lastPull > 0 ? (
                  <>
                    Last asked <Ago time={lastPull} sentence />
                    {interval !== null && `, every ${saidSpan(interval)}`}.
                  </>
                ) : (
                  'It has only reported yet, and never asked.'
                )}{' '}
                {metrics ? (
                  <>
                    It holds {metrics.active === null ? 'what it does not say' : `${metrics.active.toLocaleString('en')} of our decisions`},
                    and has dropped {metrics.packets.toLocaleString('en')} packets, as it said <Ago time={metrics.at} sentence />.
                  </>
                ) : (
                  'It does not say what it holds.'
                )}
              </p>
            </li>
          ))}
        </ul>
        {row.instances.some(({ stale }) => stale) && (
          <div class="row gap wrap">
            <Button small icon={EyeOff} off={off} onClick={() => void forget()}>
              Forget what is silent
            </Button>
            <span class="dim">For what was moved, or asks from elsewhere now. What is gone for good is better shut out.</span>
          </div>
        )}
      </section>
      <section>
        <Button icon={Plug} kind="danger" off={off} onClick={() => setSure(true)}>
          Shut out…
        </Button>
        {sure && (
          <Sure icon={Plug} word="Shut out" back="Keep it" onYes={() => revoke(row)} onNo={() => setSure(false)}>
            <strong>Shut {row.name} out?</strong> Its key lets nobody in any more. It keeps what it holds until that runs out, and hears of
            nothing that is lifted. This cannot be undone.
          </Sure>
        )}
      </section>
    </>
  )
}
