import { Ban, TriangleAlert } from 'lucide'
import { useEffect, useId, useMemo } from 'preact/hooks'
import type { ask as Ask } from '../relay.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { now } from '../ui/time.tsx'
import { Words } from '../ui/words.tsx'
import { type Blocking, entryOf } from './blocking.ts'
import { presets, saidTime } from './duration.ts'
import { Enforcers } from './enforcers.tsx'
import { createHits } from './hits.ts'
import { HitsView } from './hits-view.tsx'
import { Guards, Lines } from './lines.tsx'

/**
 * The one dialog that blocks: who, what speaks against it, for how long, whom it would have hit, who enforces it, why. `off` says why nothing may be
 * blocked now, `me` is who sits here, `back` the word on the button that leaves.
 */
export function BlockForm(props: { model: Blocking; ask: typeof Ask; off: string | undefined; me: string; back: string; onBack(): void }) {
  const { model, ask, off, me, back, onBack } = props
  const { lines, looking, failure, reason } = model
  const hits = useMemo(() => createHits(ask), [])
  const id = useId()
  useEffect(() => {
    void model.look()
    return hits.stop
  }, [])
  const chosen = lines.value.flatMap(({ chosen, preview }) => (chosen && preview ? [preview] : []))
  const asked = chosen.map(({ query, to }) => `${query} ${to}`).join('\n')
  useEffect(() => hits.follow(chosen), [asked])
  return (
    <form
      class="block-form"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        if (whyNotNow(model, off) === undefined) void model.send()
      }}
    >
      <Lines model={model} off={off} me={me} />
      <Guards model={model} />
      <HowLong model={model} />
      <HitsView hits={hits} busy={looking.value} none={chosen.length === 0} />
      <Enforcers previews={chosen} />
      <div>
        <label class="eyebrow" for={`${id}-reason`}>
          Reason
        </label>
        <input
          id={`${id}-reason`}
          class="field"
          maxLength={4096}
          autocomplete="off"
          value={reason.value}
          onInput={event => (reason.value = event.currentTarget.value)}
        />
      </div>
      {failure.value && (
        <p class="notice critical" role="alert">
          <Icon of={TriangleAlert} />
          <span>
            <Words text={failure.value.error} />
          </span>
        </p>
      )}
      <Foot model={model} off={off} back={back} onBack={onBack} />
    </form>
  )
}

function HowLong({ model: { duration, end } }: { model: Blocking }) {
  const isOther = presets.every(([value]) => value !== duration.value)
  const wrong = isOther && 'wrong' in end.value ? end.value.wrong : undefined
  const id = useId()
  return (
    <div>
      <fieldset class="choices">
        <legend class="eyebrow">For how long</legend>
        {presets.map(([value, word]) => (
          <label key={value}>
            <input type="radio" name={`${id}-span`} checked={duration.value === value} onChange={() => (duration.value = value)} />
            {word}
          </label>
        ))}
        <label>
          <input type="radio" name={`${id}-span`} checked={isOther} onChange={() => (duration.value = '')} />
          Other
        </label>
      </fieldset>
      {isOther && (
        <div class="gap">
          <input
            class="field mono"
            aria-label="For how long, such as 45m, 3h30m or 2d"
            placeholder="45m, 3h30m, 2d"
            maxLength={32}
            autocomplete="off"
            aria-invalid={duration.value !== '' && wrong !== undefined}
            {...(wrong !== undefined && { 'aria-describedby': `${id}-wrong` })}
            value={duration.value}
            onInput={event => (duration.value = event.currentTarget.value)}
          />
          {wrong !== undefined && (
            <p id={`${id}-wrong`} class={duration.value === '' ? 'weak' : 'bad'}>
              {wrong}
            </p>
          )}
        </div>
      )}
    </div>
  )
}

function whyNotNow({ lines, busy, looking, ready, end }: Blocking, off: string | undefined): string | undefined {
  if (off !== undefined) return off
  if (busy.value) return 'Pending: sent, not answered yet'
  if (looking.value && lines.value.every(({ preview }) => preview === null)) return 'Looking at whom it would hit'
  if ('wrong' in end.value) return end.value.wrong
  if (ready.value.length > 0) return undefined
  return lines.value.some(({ chosen }) => chosen) ? 'What the guard says is to be answered first' : 'Choose what is to be blocked'
}

function Foot({ model, off, back, onBack }: { model: Blocking; off: string | undefined; back: string; onBack(): void }) {
  const { lines, ready, extended, end, waits, busy } = model
  const until = 'ms' in end.value && end.value.ms !== null ? now.value + end.value.ms : null
  const ends = 'wrong' in end.value ? '' : until === null ? 'Has no end.' : `Ends ${saidTime(until, now.value)}.`
  const [fresh, longer] = [ready.value.length - extended.value.length, extended.value.length]
  const isShorter = longer > 0 && extended.value.every(line => until !== null && (entryOf(line)!.until ?? Infinity) > until)
  const of = lines.value.length
  const word = [
    (fresh > 0 || longer === 0) && `Block ${of === 1 ? lines.value[0]!.value : fresh === of ? of : `${fresh} of ${of}`}`,
    longer > 0 && `${isShorter ? 'Shorten' : 'Extend'}${of === 1 ? ` ${lines.value[0]!.value}` : ` ${longer}`}`,
  ]
    .filter(Boolean)
    .join(', ')
  const why = whyNotNow(model, off)
  return (
    <div class="row foot block-foot">
      <p class="ends">
        {waits.value && <strong>Nothing is blocked until a second person agrees. </strong>}
        {ends} You can lift it any time.
        {off !== undefined && <span class="bad"> {off}</span>}
      </p>
      <Button kind="quiet" onClick={onBack}>
        {back}
      </Button>
      <Button type="submit" class="sure" icon={Ban} off={why}>
        <span class="cut">{busy.value ? 'Sending' : waits.value ? word.replace(/^Block/, 'Ask to block') : word}</span>
      </Button>
    </div>
  )
}
