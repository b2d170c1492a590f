import { EuiDataGrid, EuiProvider } from '@elastic/eui'
import { createElement as h, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { lines, place } from './lines.mjs'

// Kibana's table of documents
const columns = [{ id: 'time', initialWidth: 160 }, { id: 'message' }]
const cell = ({ rowIndex, columnId }) => (columnId === 'time' ? lines[rowIndex].slice(0, 15) : lines[rowIndex].slice(16))
function Grid() {
  const [visibleColumns, setVisibleColumns] = useState(['time', 'message'])
  return h(EuiDataGrid, {
    'aria-label': 'Documents',
    columns,
    columnVisibility: { visibleColumns, setVisibleColumns },
    rowCount: lines.length,
    renderCellValue: cell,
    height: 600,
  })
}
createRoot(place()).render(h(EuiProvider, { colorMode: 'light' }, h(Grid)))
