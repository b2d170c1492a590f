import { AllCommunityModule, createGrid, ModuleRegistry } from 'ag-grid-community'
import { lines, place } from './lines.mjs'

ModuleRegistry.registerModules([AllCommunityModule])
createGrid(place(), {
  columnDefs: [
    { field: 'time', width: 160 },
    { field: 'message', flex: 1 },
  ],
  rowData: lines.map(line => ({ time: line.slice(0, 15), message: line.slice(16) })),
})
