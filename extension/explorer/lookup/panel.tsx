import { ScrollText } from 'lucide'
import { useEffect, useMemo } from 'preact/hooks'
import { readObservable } from '../../../shared/observable.ts'
import { queryAbout } from '../../../shared/query-about.ts'
import { Button } from '../../ui/button.tsx'
import { whyNot } from '../../ui/may.ts'
import { Ago } from '../../ui/time.tsx'
import { Says } from '../feeds/says.tsx'
import { createLoad } from '../load.ts'
import { Panel } from '../panel.tsx'
import { PivotsOf } from '../pivots.tsx'
import { go } from '../place.ts'
import { Failed, Skeleton } from '../states.tsx'

/** What feeds, logs and signals say of a value that is no single address. */
export function ValuePanel({ value, onClose }: { value: string; onClose(): void }) {
  const found = useMemo(() => createLoad('indicator'), [])
  const load = () => void found.load({ value })
  useEffect(load, [value])
  const facts = found.value.value
  const failure = found.failure.value
  const read = readObservable(value)
  const query = read && queryAbout(read)
  const to = (section: string) => () => query !== undefined && go({ section, with: { query, from: 'now-30d' } })
  return (
    <Panel label={value} of={value} onClose={onClose}>
      {facts && (
        <>
          <section>
            <Says facts={facts} />
          </section>
          <section>
            <h3>Here</h3>
            {facts.logs && (
              <p>
                {facts.logs.count.toLocaleString('en')} {facts.logs.count === 1 ? 'log' : 'logs'}
                {facts.logs.last_seen !== null && (
                  <>
                    , the last <Ago time={facts.logs.last_seen} sentence />
                  </>
                )}
              </p>
            )}
            {facts.signals && (
              <p>
                {facts.signals.open.toLocaleString('en')} open of {facts.signals.total.toLocaleString('en')}{' '}
                {facts.signals.total === 1 ? 'signal' : 'signals'}
              </p>
            )}
            {query === undefined && <p class="dim">A range that is no block has no search of its own.</p>}
            {query !== undefined && (
              <div class="row gap">
                <Button small icon={ScrollText} off={whyNot('logs_read_data')} onClick={to('logs')}>
                  Search logs
                </Button>
                <Button small onClick={to('signals')}>
                  Search signals
                </Button>
              </div>
            )}
          </section>
          <PivotsOf value={value} />
        </>
      )}
      {!facts && (failure ? <Failed error={failure.error} onRetry={load} /> : <Skeleton />)}
    </Panel>
  )
}
