import { intentions } from '../../../shared/indicator.ts'
import { Search } from '../search/search.tsx'
import { briefLog, Level, logColumns } from './columns.tsx'
import { LogPanel } from './panel.tsx'

const columns = ['time', 'status', 'service', 'host', 'message']
const facets = [
  'status',
  'service',
  'source',
  'host',
  '@threat_intel.results.category',
  '@threat_intel.results.intention',
  '@network.ip.list',
  '@usr.id',
  '@evt.outcome',
  '@http.status_code',
]

export const LogsPage = () => (
  <Search
    track="logs"
    section="logs"
    label="Logs"
    noun={['log', 'logs']}
    columns={logColumns}
    brief={briefLog}
    defaults={{ from: 'now-1d', columns, facets }}
    facets={{
      status: { title: 'Level', draw: status => <Level status={status} /> },
      service: { title: 'Service' },
      source: { title: 'Source' },
      host: { title: 'Host' },
      '@threat_intel.results.category': { title: 'Intel category' },
      '@threat_intel.results.intention': { title: 'Intel intention', order: intentions },
      '@network.ip.list': { title: 'Address' },
      '@usr.id': { title: 'User' },
      '@evt.outcome': { title: 'Outcome' },
      '@http.status_code': { title: 'HTTP status' },
    }}
    panel={(row, surface) => <LogPanel row={row} surface={surface} />}
    nothing="Logs come by `POST /api/v2/logs`, a tailed file or `signalbox import`."
  />
)
