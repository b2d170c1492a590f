import { ShieldAlert, UserRound } from 'lucide'
import { useId } from 'preact/hooks'
import { asOneLine } from '../../shared/unseen.ts'
import { Button } from '../ui/button.tsx'
import { VerdictTag } from '../ui/facts.tsx'
import { Icon } from '../ui/icon.tsx'
import { now } from '../ui/time.tsx'
import { saidUntil } from '../ui/until.ts'
import { Visible } from '../ui/visible.tsx'
import { type Blocking, entryOf, type Line, objectionsTo, whyNever, whyNotDone } from './blocking.ts'

/** What may be blocked, with a check box each, and how each stands already. */
export const Lines = ({ model, off, me }: { model: Blocking; off: string | undefined; me: string }) => (
  <ul class="targets" aria-label="What to block">
    {model.lines.value.map(line => (
      <OneLine key={`${line.kind} ${line.value}`} model={model} line={line} off={off} me={me} />
    ))}
  </ul>
)

function OneLine({ model, line, off, me }: { model: Blocking; line: Line; off: string | undefined; me: string }) {
  const { kind, value, chosen, preview } = line
  const never = whyNever(line)
  const failed = whyNotDone(line)
  const entry = entryOf(line)
  const isWaiting = entry?.state === 'waiting'
  const id = useId()
  const cannot = never !== undefined || isWaiting
  return (
    <li>
      <label class="row" data-off={cannot || undefined}>
        <input
          type="checkbox"
          checked={chosen && !cannot}
          aria-disabled={cannot}
          aria-describedby={`${id}-stands`}
          onClick={event => cannot && event.preventDefault()}
          onChange={event => model.change(line, { chosen: event.currentTarget.checked })}
        />
        {kind === 'user' && <Icon of={UserRound} small />}
        <Visible class="addr" text={value} />
        {preview?.pass && <VerdictTag kind="trusted" word={preview.pass.trusted ? 'Trusted' : 'On the passlist'} />}
        {preview?.blocked && <VerdictTag kind="blocked" {...(isWaiting && { word: 'Waits for a second person' })} />}
        {preview && (
          <span class="dim cut end">
            {[countryOf(preview.countries), `${preview.logs.toLocaleString('en')} ${preview.logs === 1 ? 'log' : 'logs'}`]
              .filter(Boolean)
              .join(', ')}
          </span>
        )}
      </label>
      <div id={`${id}-stands`}>
        {never !== undefined && (
          <p class="stands bad">
            <Visible text={never} />
          </p>
        )}
        {failed !== undefined && (
          <p class="stands bad" role="alert">
            <Visible text={failed} />
          </p>
        )}
        {preview?.blocked && <Blocked model={model} line={line} off={off} me={me} />}
      </div>
    </li>
  )
}

/** Of a range that reaches into several, the one with most logs, as that. */
const countryOf = ([first, second]: readonly { value: string }[]): string | undefined =>
  first && second ? `${first.value} and more` : first?.value

function Blocked({ model, line, off, me }: { model: Blocking; line: Line; off: string | undefined; me: string }) {
  const { until, by, reason, value, state, rule } = line.preview!.blocked!
  const entry = entryOf(line)
  const author = rule ? `by the rule “${rule.name}”` : `by ${by.name || 'nobody known'}`
  const why = reason && !rule ? `: ${reason}` : ''
  const says =
    state === 'waiting'
      ? `Asked for ${author}${why}`
      : `On the denylist ${value === line.value ? '' : `with ${value} `}${saidUntil(until, now.value)} ${author}${why}`
  const busy = model.busy.value ? 'Pending: sent, not answered yet' : off
  return (
    <div class="stands">
      <Visible class="dim" text={says} />
      {entry?.state === 'waiting' && (
        <Button
          small
          off={busy ?? (by.uuid === me ? 'You asked for it: somebody else has to agree' : undefined)}
          onClick={() => void model.approve(line)}
        >
          Agree
        </Button>
      )}
      {entry && (
        <Button small off={busy} onClick={() => void model.lift(line)}>
          {entry.state === 'waiting' ? 'Take back' : 'Lift'}
        </Button>
      )}
    </div>
  )
}

/** What speaks against each that is chosen; overridden by typing what it is about. */
export const Guards = ({ model }: { model: Blocking }) => (
  <>
    {model.lines.value
      .filter(line => line.chosen && whyNever(line) === undefined && objectionsTo(line).length > 0)
      .map(line => (
        <Guard key={`${line.kind} ${line.value}`} model={model} line={line} />
      ))}
  </>
)

function Guard({ model, line }: { model: Blocking; line: Line }) {
  const { value, typed } = line
  const says = `Type ${asOneLine(value)} to block it all the same`
  const [first, ...more] = objectionsTo(line)
  return (
    <div class="notice critical" role="alert">
      <Icon of={ShieldAlert} />
      <div class="guard">
        <p>
          <strong>
            <Visible text={sentence(first!)} />
          </strong>{' '}
          <Visible text={more.map(sentence).join(' ')} />
        </p>
        <div class="row">
          <input
            class="field mono"
            aria-label={says}
            placeholder={says}
            maxLength={512}
            autocomplete="off"
            spellcheck={false}
            value={typed}
            onInput={event => model.change(line, { typed: event.currentTarget.value })}
          />
          <Button onClick={() => model.change(line, { chosen: false, typed: '' })}>Leave it out</Button>
        </div>
      </div>
    </div>
  )
}
const sentence = (text: string): string => `${text.replace(/[.\s]+$/, '')}.`
