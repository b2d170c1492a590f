import { Download } from 'lucide'
import { ask, isFailure } from '../../relay.ts'
import { type ExportFormat, exportCache } from '../../search-messages.ts'
import { toasts } from '../surface.ts'
import type { Surface } from './types.ts'

/** The columns that are shown, as paths, and what each row is known by. */
const shownPaths = (surface: Surface): string[] => [
  ...new Set([
    ...surface.columns.peek().flatMap(({ column: { holds, path, also = [], sorts, id } }) => {
      if (holds) return holds
      return [...(path === undefined ? [] : [path]), ...also, ...(sorts === 'timestamp' ? ['timestamp'] : id === 'message' ? [id] : [])]
    }),
    'id',
  ]),
]

function download(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  // the browser has begun with it by then
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** Save all that the search finds, in its order: CSV with the columns that are shown, NDJSON with whole records. */
export async function exportFile(surface: Surface, format: ExportFormat): Promise<void> {
  const found = surface.found.peek()
  if (!found) return
  const total = found.total.toLocaleString('en')
  const id = toasts.show({ icon: Download, text: `Exporting ${total} rows`, progress: { value: 0, max: 1 } })
  const columns = shownPaths(surface)
  const answer = await ask('exportRows', {
    track: surface.track,
    query: surface.query.peek(),
    ...found.span,
    sort: surface.sort.peek(),
    format,
    ...(format === 'csv' && columns.length > 0 && { columns }),
  })
  if (isFailure(answer)) {
    toasts.dismiss(id)
    return toasts.fail(`Not exported: ${answer.error}`)
  }
  const cache = await caches.open(exportCache)
  const blob = await (await cache.match(answer.address))?.blob()
  await cache.delete(answer.address)
  if (!blob) return toasts.fail('Not exported: the file is gone. Try again.')
  download(blob, `${surface.track}-${new Date(found.span.to).toISOString().replaceAll(':', '-').slice(0, 19)}.${format}`)
  toasts.show({ icon: Download, text: `Exported ${total} rows` }, id)
}
