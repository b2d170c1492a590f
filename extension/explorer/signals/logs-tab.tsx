import { ScrollText } from 'lucide'
import type { Investigation, KeptLog } from '../../signal-messages.ts'
import { Button } from '../../ui/button.tsx'
import { whyNot } from '../../ui/may.ts'
import { QueryText } from '../../ui/query-text.tsx'
import { exact } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { Folded } from '../folded.tsx'
import { go } from '../place.ts'
import { logsPlace, logsQuery, whyNotLogs } from './related-logs.ts'

/** The logs that were kept with the signal, their traces, and the way to all of them. */
export function LogsTab({ about }: { about: Investigation }) {
  const { logs, row } = about
  const traces = [...new Set(logs.flatMap(({ trace }) => (trace === null ? [] : [trace])))]
  return (
    <>
      <section>
        <p class="dim">
          {logs.length.toLocaleString('en')} of {row.events_matched.toLocaleString('en')} logs are kept with the signal: they stay when the
          others are gone.
        </p>
        <ul class="kept">
          {logs.map(log => (
            <Kept key={log.id} log={log} />
          ))}
        </ul>
        {logs.length === 0 && <p class="dim">None was kept.</p>}
      </section>
      <section>
        <h3>All related logs</h3>
        {logsQuery(about) !== '' && <QueryText text={logsQuery(about)} />}
        <div class="gap">
          <Button icon={ScrollText} off={whyNotLogs(about) ?? whyNot('logs_read_data')} onClick={() => go(logsPlace(about))}>
            View all related logs
          </Button>
        </div>
      </section>
      <section>
        <h3>Traces</h3>
        {traces.length === 0 && <p class="dim">None of these logs names a trace.</p>}
        <ul class="tags">
          {traces.map(trace => (
            <li key={trace}>
              <Button
                small
                off={whyNot('logs_read_data')}
                onClick={() => go({ ...logsPlace(about), with: { ...logsPlace(about).with, query: traceQuery(trace) } })}
              >
                <span class="mono">{trace}</span>
              </Button>
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

const traceQuery = (trace: string) =>
  `@trace_id:"${trace.replaceAll(/["\\]/g, '\\$&')}" OR @dd.trace_id:"${trace.replaceAll(/["\\]/g, '\\$&')}"`

const Kept = ({ log: { time, text, status, service, host } }: { log: KeptLog }) => (
  <li>
    <span class="weak" title={exact(time)}>
      {exact(time)} {[status, service, host].filter(Boolean).join(', ')}
    </span>
    <Folded what="the log">
      <Visible class="mono" text={text} />
    </Folded>
  </li>
)
