import { CircleCheck, CircleX, FlaskConical } from 'lucide'
import { useState } from 'preact/hooks'
import { ask, isFailure } from '../../relay.ts'
import type { RuleDetails, RuleTestResult } from '../../rule-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { away } from '../../ui/off.ts'
import { Ago } from '../../ui/time.tsx'
import { Trouble } from '../states.tsx'

/** By rule and version, what its tests came to when they were last run from this page. */
const last = new Map<string, { at: number; results: RuleTestResult[] }>()

/** Logs that show what the rule is for, and what it leaves alone. */
export function TestsTab({ about: { row, tests } }: { about: RuleDetails }) {
  const key = `${row.id} ${row.version}`
  const [, redraw] = useState(0)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<string>()
  const known = last.get(key)
  async function run() {
    setBusy(true)
    const answer = await ask('testRule', { id: row.id })
    setBusy(false)
    setTrouble(isFailure(answer) ? answer.error : undefined)
    if (!isFailure(answer)) last.set(key, { at: Date.now(), results: answer.results })
    redraw(count => count + 1)
  }
  if (tests.length === 0)
    return (
      <section>
        <p class="dim">
          This rule has no tests. Add some under <code>tests</code> in its JSON: logs, and the signals that they must make.
        </p>
      </section>
    )
  const failed = known?.results.filter(({ passed }) => !passed).length ?? 0
  return (
    <section>
      <div class="row">
        <Button icon={FlaskConical} off={away.value ?? (busy ? 'Running' : undefined)} onClick={run}>
          Run tests
        </Button>
        <span class="dim" role="status">
          {busy && 'Running'}
          {!busy && known && (failed === 0 ? `All ${known.results.length} passed, ` : `${failed} of ${known.results.length} failed, `)}
          {!busy && known && <Ago time={known.at} sentence />}
        </span>
      </div>
      {trouble && <Trouble text={trouble} />}
      <ul class="lines">
        {tests.map(({ name, logs, expects }, at) => (
          <li key={at}>
            <Result of={known?.results[at]} />
            <div>
              <strong>{name}</strong>
              <p class="dim">
                {logs === 1 ? '1 entry of logs' : `${logs} entries of logs`} → {expects.join(', ') || 'no signal'}
              </p>
              {known?.results[at]?.missing.map((one, i) => (
                <p class="bad" key={i}>
                  Missing: {one}
                </p>
              ))}
              {known?.results[at]?.unexpected.map((one, i) => (
                <p class="bad" key={i}>
                  Not expected: {one}
                </p>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

const Result = ({ of }: { of: RuleTestResult | undefined }) =>
  of ? (
    <span class={of.passed ? 'good' : 'bad'}>
      <Icon of={of.passed ? CircleCheck : CircleX} />
      <span class="sr">{of.passed ? 'Passed' : 'Failed'}</span>
    </span>
  ) : (
    <span class="weak" title="Not run yet">
      <Icon of={FlaskConical} />
    </span>
  )
