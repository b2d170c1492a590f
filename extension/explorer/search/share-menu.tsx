import { Download, FileDown, Link, Terminal } from 'lucide'
import { exportFormats, type Track } from '../../search-messages.ts'
import { Button } from '../../ui/button.tsx'
import { status } from '../../ui/live.ts'
import { away } from '../../ui/off.ts'
import { copyLink } from '../panel.tsx'
import { copy } from './cell-menu.tsx'
import { exportFile } from './export.ts'
import { Popover } from './popover.tsx'
import { resolve } from './range.ts'
import type { Surface } from './types.ts'

const paths: Record<Track, string> = {
  logs: '/api/v2/logs/events/search',
  signals: '/api/v2/security_monitoring/signals/search',
  audit: '/api/v2/audit/events/search',
}
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** The same search for a shell; the keys come from where scripts have them. */
export function curlOf(surface: Surface, url: string): string {
  const { from, to } = surface.range.peek()
  const span = resolve({ from, to }, Date.now())
  const word = (text: string, at: number) => (/^now/.test(text) ? text : new Date(at).toISOString())
  const sort = surface.sort.peek() === 'timestamp' ? 'timestamp' : '-timestamp'
  const body = { filter: { query: surface.query.peek(), from: word(from, span.from), to: word(to, span.to) }, sort, page: { limit: 1000 } }
  return [
    `curl -s ${quoted(url + paths[surface.track])}`,
    `  -H "DD-API-KEY: $SIGNALBOX_API_KEY" -H "DD-APPLICATION-KEY: $SIGNALBOX_APP_KEY"`,
    `  -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`,
  ].join(' \\\n')
}

/** What is shown, for others and for scripts. */
export const ShareMenu = ({ surface }: { surface: Surface }) => (
  <Popover label="Share and export" icon={Download} left class="share">
    {close => (
      <>
        <Button
          kind="quiet"
          icon={Link}
          onClick={() => {
            close()
            void copyLink()
          }}
        >
          Copy link
        </Button>
        <Button
          kind="quiet"
          icon={Terminal}
          onClick={() => {
            close()
            const text = curlOf(surface, status.value?.url ?? 'http://127.0.0.1:7420')
            void copy(text, 'Copied. It takes the keys from SIGNALBOX_API_KEY and SIGNALBOX_APP_KEY')
          }}
        >
          Copy as curl
        </Button>
        {exportFormats.map(format => (
          <Button
            key={format}
            kind="quiet"
            icon={FileDown}
            off={away.value}
            onClick={() => {
              close()
              void exportFile(surface, format)
            }}
          >
            Export as {format.toUpperCase()}
          </Button>
        ))}
      </>
    )}
  </Popover>
)
