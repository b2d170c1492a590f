import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Pace } from '../slices.ts'
import type { Memory } from './memory.ts'
import { DamagedFile, openPaged } from './paged-file.ts'
import { firstPath, type Paths } from './paths.ts'
import { extension, openSealed, pathOf, type SealedSegment, valuesName } from './sealed-segment.ts'
import { openValuesLog, type ValuesLog } from './values-log.ts'

interface Tables {
  paths: Paths
  memory: Memory
}

export function openSegment(dir: string, id: number, { paths, memory }: Tables): SealedSegment {
  const file = openPaged(pathOf(dir, id))
  try {
    return openSealed(id, file, column => paths.shared[column]!, memory)
  } catch (error) {
    file.close()
    throw error
  }
}

/** Open the segments and dictionaries that an engine before this one has left. Whatever is of no use, or reaches beyond `lastSeq`, is taken away. */
export async function openFolder(
  dir: string,
  tables: Tables,
  lastSeq: number,
  pace: Pace,
): Promise<{ values: ValuesLog; sealed: SealedSegment[] }> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const values = openValuesLog(join(dir, valuesName), tables.paths)
  const sealed = new Map<number, SealedSegment>()
  for (const name of readdirSync(dir)) {
    if (name === valuesName) continue
    await pace()
    const segment = name.endsWith(extension) ? tryOpen(dir, Number.parseInt(name, 10), tables) : undefined
    if (segment && isGood(segment, tables.paths, values, lastSeq)) sealed.set(segment.id, segment)
    else {
      segment?.file.close()
      rmSync(join(dir, name), { recursive: true, force: true })
    }
  }
  // merged ones were written, and a kill came before those that they stand for were taken away
  for (const { summary } of [...sealed.values()])
    for (const id of summary.instead) {
      sealed.get(id)?.file.close()
      if (sealed.delete(id)) rmSync(pathOf(dir, id), { force: true })
    }
  return { values, sealed: [...sealed.values()].sort((a, b) => a.id - b.id) }
}

function tryOpen(dir: string, id: number, tables: Tables): SealedSegment | undefined {
  try {
    return openSegment(dir, id, tables)
  } catch (error) {
    if (error instanceof DamagedFile || error instanceof SyntaxError) return undefined
    throw error
  }
}

function isGood({ summary, maxSeq }: SealedSegment, paths: Paths, values: ValuesLog, lastSeq: number): boolean {
  const { epoch, needs, columns } = summary
  return (
    epoch === values.epoch &&
    maxSeq <= lastSeq &&
    columns.every(({ number }) => number < firstPath + paths.names.length) &&
    needs.every(([column, size]) => values.saved(column) >= size)
  )
}
