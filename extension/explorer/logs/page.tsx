import { intentions } from '../../../shared/indicator.ts'
import { Search } from '../search/search.tsx'
import { briefLog, Level, logColumns } from './columns.tsx'
import { LogPanel } from './panel.tsx'

const looks = {
  status: { draw: (status: string) => <Level status={status} /> },
  '@threat_intel.results.intention': { order: intentions },
}

export const LogsPage = () => (
  <Search
    section="logs"
    label="Logs"
    noun={['log', 'logs']}
    columns={logColumns}
    looks={looks}
    brief={briefLog}
    panel={(row, surface) => <LogPanel row={row} surface={surface} />}
    nothing="Logs come by `POST /api/v2/logs`, a tailed file or `signalbox import`."
  />
)
