import { History } from 'lucide'
import { useState } from 'preact/hooks'
import { severities } from '../../../shared/severity.ts'
import { ask, isFailure } from '../../relay.ts'
import type { Backtest } from '../../rule-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Severity } from '../../ui/glyphs.tsx'
import { away } from '../../ui/off.ts'
import { Ago, exact } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { Trouble } from '../states.tsx'

const ranges = [
  ['now-24h', 'Last 24 hours'],
  ['now-7d', 'Last 7 days'],
  ['now-30d', 'Last 30 days'],
  ['0', 'All logs'],
] as const

/** The signals that the rule would have made of logs that are there. Nothing of it is kept. */
export function BacktestTab({ id }: { id: string }) {
  const [from, setFrom] = useState<string>('now-7d')
  const [result, setResult] = useState<Backtest>()
  const [trouble, setTrouble] = useState<string>()
  const [busy, setBusy] = useState(false)
  async function run() {
    setBusy(true)
    const answer = await ask('backtest', { id, from })
    setBusy(false)
    setTrouble(isFailure(answer) ? answer.error : undefined)
    setResult(isFailure(answer) ? undefined : answer)
  }
  return (
    <section>
      <p class="dim">What this rule would have made of the logs that are stored. No signal is made.</p>
      <div class="row wrap">
        <fieldset class="choices">
          <legend class="sr">Range</legend>
          {ranges.map(([value, label]) => (
            <label key={value}>
              <input type="radio" name="range" checked={value === from} onChange={() => setFrom(value)} />
              {label}
            </label>
          ))}
        </fieldset>
        <Button kind="primary" icon={History} off={away.value ?? (busy ? 'Running, at most 20 seconds' : undefined)} onClick={run}>
          Run
        </Button>
        <span class="dim" role="status">
          {busy && 'Reading logs, at most 20 s'}
        </span>
      </div>
      {trouble && <Trouble text={trouble} />}
      {result && !busy && <Result result={result} />}
    </section>
  )
}

const many = (count: number, word: string) => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`

function Result({ result }: { result: Backtest }) {
  const { signals, logs, took_ms, severities: counts, hidden, late, cut, first } = result
  return (
    <>
      <h3>
        {many(signals, 'signal')} from {many(logs, 'log')} <span class="weak">{(took_ms / 1_000).toFixed(1)} s</span>
      </h3>
      <p class="row wrap">
        {severities
          .filter(level => counts[level])
          .map(level => (
            <span class="row" key={level}>
              <Severity level={level} />
              {counts[level]!.toLocaleString('en')}
            </span>
          ))}
        {hidden.signals > 0 && <span class="dim">{many(hidden.signals, 'signal')} suppressed</span>}
        {late > 0 && <span class="dim">{many(late, 'log')} too late</span>}
      </p>
      {cut && (
        <p class="notice medium">
          <span>
            {cut.by === 'time' ? 'The time was up' : 'It makes more signals than anybody reads'}: judged up to {exact(cut.at)}. Choose a
            shorter range for all of it.
          </span>
        </p>
      )}
      <ul class="lines">
        {first.map(one => (
          <li key={one.id}>
            <Severity level={one.severity} bare />
            <div>
              <strong>
                <Visible text={one.title} />
              </strong>
              <p class="dim">
                {one.group && <span class="mono">{one.group}</span>}
                {one.group && ', '}
                {many(one.events, 'log')}, <Ago time={one.last_seen} sentence />
              </p>
            </div>
          </li>
        ))}
      </ul>
      {first.length < signals && <p class="dim">The first {first.length} are shown.</p>}
    </>
  )
}
