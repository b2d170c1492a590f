import { rm, truncate } from 'node:fs/promises'
import type { BlockRow, StoredLog } from './block.ts'
import { blockSize, DamagedBlock, encodeBlocks, findInBlock, type OpenBlock, openBlock, readBlock, type TextOf } from './block.ts'
import { copyDatabase } from './copy.ts'
import { bytesOf, type Database, faultsIn, openDatabase, transaction } from './sqlite.ts'

/** Logs that one file holds before the next is begun; retention unlinks whole files. */
export const fileCapacity = 4_000_000

export const migrations = [
  `CREATE TABLE block (
     first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, count INTEGER NOT NULL, stream TEXT NOT NULL,
     min_ts INTEGER NOT NULL, max_ts INTEGER NOT NULL, format INTEGER NOT NULL, codec INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL);
   CREATE INDEX block_time ON block (max_ts, min_ts);
   CREATE INDEX block_small ON block (stream, first_seq) WHERE count < ${blockSize};
   CREATE TABLE ingest_key (key TEXT PRIMARY KEY, request TEXT NOT NULL, first_seq INTEGER NOT NULL, count INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE checkpoint (fingerprint TEXT NOT NULL, offset INTEGER NOT NULL, hash TEXT NOT NULL, stream TEXT NOT NULL,
     PRIMARY KEY (fingerprint, offset, hash)) WITHOUT ROWID`,
]

/** How far an import has come: the SHA-256 of the file's first `offset` bytes. */
export interface Checkpoint {
  fingerprint: string
  offset: number
  hash: string
  stream: string
}

/** Logs of one stream to be committed together, with what makes a repetition known: a key, and a hash of the request that used it. */
export interface Batch {
  logs: StoredLog[]
  key?: { key: string; request: string } | undefined
  checkpoint?: Checkpoint
}

/** Who used a key: the hash of a request, and the logs that it brought, one behind the other in the order of seq. */
export interface Used {
  request: string
  first_seq: number
  count: number
}

function byStream(batches: readonly Batch[]): Iterable<StoredLog[]> {
  const streams = new Map<string, StoredLog[]>()
  for (const { logs } of batches)
    for (const log of logs) {
      const stream = streams.get(log.stream)
      if (stream) stream.push(log)
      else streams.set(log.stream, [log])
    }
  return streams.values()
}

export type LogFile = ReturnType<typeof openLogFile>

/** How many small blocks in a row are worth putting together, and how far one look for them goes. */
const worthwhile = 8
const looked = 1024
/** Compressed bytes that neighbours may come to. */
const largest = 256 * 1024

export interface LogFileOptions {
  mayCreate: boolean
  crashed: boolean
  /** Told once of each block that can no longer be read. Its logs are lost; all others are not. */
  damaged: (error: DamagedBlock) => void
}

/** One `logs/NNNN.db`. Its blocks stand in the order of seq and never overlap. */
export function openLogFile(path: string, options: LogFileOptions) {
  const db: Database = openDatabase(path, migrations, options)
  const insertBlock = db.prepare(
    'INSERT INTO block VALUES (:first_seq, :last_seq, :count, :stream, :min_ts, :max_ts, :format, :codec, :crc, :data)',
  )
  const insertKey = db.prepare('INSERT OR IGNORE INTO ingest_key VALUES (?, ?, ?, ?)')
  const insertCheckpoint = db.prepare('INSERT OR IGNORE INTO checkpoint VALUES (?, ?, ?, ?)')
  const selectKey = db.prepare('SELECT request, first_seq, count FROM ingest_key WHERE key = ?')
  const selectCheckpoints = db.prepare('SELECT * FROM checkpoint WHERE fingerprint = ? ORDER BY offset')
  const selectBlock = db.prepare('SELECT * FROM block WHERE first_seq = ?')
  const selectSpans = db.prepare(
    'SELECT first_seq, last_seq, count, min_ts, max_ts FROM block WHERE max_ts >= ? AND min_ts <= ? ORDER BY first_seq',
  )
  const selectAt = db.prepare('SELECT * FROM block WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1')
  const selectNext = db.prepare('SELECT * FROM block WHERE first_seq > ? ORDER BY first_seq LIMIT 1')
  const selectRun = db.prepare(
    'SELECT first_seq, count, stream, length(data) AS size FROM block WHERE first_seq > ? AND last_seq <= ? ORDER BY first_seq LIMIT ?',
  )
  const selectFirst = db.prepare('SELECT * FROM block ORDER BY first_seq LIMIT 1')
  const selectLast = db.prepare('SELECT * FROM block ORDER BY first_seq DESC LIMIT 1')
  const deleteBlock = db.prepare('DELETE FROM block WHERE first_seq = ?')
  const bounds = db.prepare('SELECT coalesce(sum(count), 0) AS count, coalesce(max(last_seq), 0) AS last FROM block').get() as {
    count: number
    last: number
  }
  let { count, last } = bounds

  const insert = (logs: readonly StoredLog[], textOf?: TextOf) => {
    for (const block of encodeBlocks(logs, textOf)) insertBlock.run({ ...block })
  }

  const reported = new Set<number>()
  /** What `read` makes of a block, or `nothing` where its bytes have changed. */
  const open = <T>(row: BlockRow, read: (row: BlockRow) => T, nothing: T): T => {
    try {
      return read(row)
    } catch (error) {
      if (!(error instanceof DamagedBlock)) throw error
      if (!reported.has(row.first_seq)) options.damaged(error)
      reported.add(row.first_seq)
      return nothing
    }
  }
  const whole = (row: BlockRow) => open(row, readBlock, { logs: [], size: 0 })
  const logsOf = (row: unknown): StoredLog[] => (row ? whole(row as BlockRow).logs : [])
  let firstArrival: number | undefined
  let lastArrival: { of: number; time: number | undefined } | undefined

  /** The block that a log was last found in: those of one page mostly lie side by side. */
  let opened: OpenBlock | undefined

  /** Where compaction looks next. */
  let compacted = 0

  return {
    path,
    /** Of its first log; undefined where it has none. */
    firstSeq: (): number | undefined => (selectFirst.get() as { first_seq: number } | undefined)?.first_seq,
    get lastSeq() {
      return last
    },
    get count() {
      return count
    },
    /** Commit batches together: on return they are on disk. */
    append(batches: readonly Batch[], textOf?: TextOf): void {
      transaction(db, () => {
        for (const logs of byStream(batches)) insert(logs, textOf)
        for (const { key, logs, checkpoint: at } of batches) {
          if (key) insertKey.run(key.key, key.request, logs[0]?.seq ?? 0, logs.length)
          if (at) insertCheckpoint.run(at.fingerprint, at.offset, at.hash, at.stream)
        }
      })
      for (const { logs } of batches) {
        count += logs.length
        last = Math.max(last, logs[logs.length - 1]?.seq ?? 0)
      }
    },
    /** The request that used a key, by its hash, and where its logs are; undefined where none did. */
    usedBy: (key: string) => selectKey.get(key) as Used | undefined,
    checkpoints: (fingerprint: string) => selectCheckpoints.all(fingerprint) as unknown as Checkpoint[],
    /** Blocks that may hold logs of a time range, ms UTC, both ends included. */
    spans: (from: number, to: number) =>
      selectSpans.all(from, to) as unknown as Pick<BlockRow, 'first_seq' | 'last_seq' | 'count' | 'min_ts' | 'max_ts'>[],
    /** A block, and how long its text is. */
    read(firstSeq: number): { logs: StoredLog[]; size: number } {
      const row = selectBlock.get(firstSeq) as unknown as BlockRow | undefined
      return row ? whole(row) : { logs: [], size: 0 }
    },
    find(seq: number): StoredLog | undefined {
      if (!opened || seq < opened.first_seq || seq > opened.last_seq) {
        const row = selectAt.get(seq) as unknown as BlockRow | undefined
        opened = row && row.last_seq >= seq ? open(row, openBlock, undefined) : undefined
      }
      return opened && findInBlock(opened, seq)
    },
    /** The first block that reaches `seq` or beyond, and its end; undefined where there is none. A damaged one is empty. */
    from(seq: number): { logs: StoredLog[]; last: number } | undefined {
      const at = selectAt.get(seq) as unknown as BlockRow | undefined
      const row = at && at.last_seq >= seq ? at : (selectNext.get(seq) as unknown as BlockRow | undefined)
      return row && { logs: logsOf(row), last: row.last_seq }
    },
    /**
     * Small commits leave blocks of one log: put some neighbours of one stream together, none beyond `upTo`. Only neighbours, so that blocks
     * never overlap. False when it has come to the end; the next call begins anew.
     */
    compact(upTo: number): boolean {
      const rows = selectRun.all(compacted, upTo, looked) as unknown as { first_seq: number; count: number; stream: string; size: number }[]
      const run = findRun(rows)
      compacted = (run ? run[run.length - 1] : rows.length === looked ? rows[rows.length - 1]!.first_seq : 0) ?? 0
      if (!run) return rows.length === looked
      const blocks = run.map(first => selectBlock.get(first) as unknown as BlockRow)
      const logs = blocks.map(block => logsOf(block))
      if (logs.some(block => block.length === 0)) return true
      opened = undefined
      transaction(db, () => {
        for (const first of run) deleteBlock.run(first)
        insert(logs.flat())
      })
      return true
    },
    check: () => faultsIn(db),
    /** When its first log came, ms UTC; undefined where it has none that can be read. */
    firstArrival: (): number | undefined => (firstArrival ??= logsOf(selectFirst.get())[0]?.received),
    /** When its last log came, ms UTC; undefined where it has none that can be read. */
    lastArrival(): number | undefined {
      if (lastArrival?.of !== last) lastArrival = { of: last, time: logsOf(selectLast.get()).at(-1)?.received }
      return lastArrival.time
    },
    /** What it takes on disk. */
    bytes: (): number => bytesOf(path),
    /** Copy all of it that is committed when the copy ends. `tell` hears the bytes copied so far. */
    copy: (to: string, tell: (bytes: number) => void): Promise<void> => copyDatabase(db, to, tell),
    checkpoint: (): void => db.exec('PRAGMA wal_checkpoint(FULL)'),
    close: (): void => db.close(),
    /** Close it and free its disk. Nobody may use it any more. */
    async remove(): Promise<void> {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      db.close()
      // the binding keeps a connection, and with it the file, for as long as its statements: unlinking alone would free nothing for now
      await truncate(path)
      await removeLogFile(path)
    },
  }
}

/** Take away what there is of a file of logs that nobody has open. */
export async function removeLogFile(path: string): Promise<void> {
  for (const file of [`${path}-wal`, `${path}-shm`, path]) await rm(file, { force: true })
}

/** The first neighbours worth putting together: small, of one stream, one full block's worth. Their first seqs. */
function findRun(rows: readonly { first_seq: number; count: number; stream: string; size: number }[]): number[] | undefined {
  for (let from = 0; from < rows.length; from++) {
    let logs = 0
    let bytes = 0
    let to = from
    while (
      to < rows.length &&
      rows[to]!.stream === rows[from]!.stream &&
      logs + rows[to]!.count <= blockSize &&
      bytes + rows[to]!.size <= largest
    ) {
      logs += rows[to]!.count
      bytes += rows[to]!.size
      to++
    }
    if (to - from >= worthwhile) return rows.slice(from, to).map(row => row.first_seq)
  }
  return undefined
}
