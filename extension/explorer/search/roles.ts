// Roles of the parts of a grid. A cell takes the focus by the arrow keys, so that its menu is reached without a mouse.

export const gridOf = (label: string, rows: number, many: boolean) =>
  ({ role: 'grid', 'aria-label': label, 'aria-rowcount': rows + 1, ...(many && { 'aria-multiselectable': true }) }) as const
export const lineOf = (index: number) => ({ role: 'row', 'aria-rowindex': index + 2 }) as const
export const headOf = (sort: 'ascending' | 'descending' | undefined) => ({ role: 'columnheader', 'aria-sort': sort }) as const
export const cellOf = (column?: number) =>
  ({ role: 'gridcell', ...(column !== undefined && { tabIndex: -1, 'data-column': column }) }) as const
