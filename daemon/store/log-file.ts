import type { BlockRow, StoredLog } from './block.ts'
import { blockSize, decodeBlock, encodeBlock, findInBlock } from './block.ts'
import { type Database, openDatabase, transaction } from './sqlite.ts'

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

/** One `logs/NNNN.db`. */
export function openLogFile(path: string, options: { mayCreate: boolean; crashed: boolean }) {
  const db: Database = openDatabase(path, migrations, options)
  const insertBlock = db.prepare(
    'INSERT INTO block VALUES (:first_seq, :last_seq, :count, :stream, :min_ts, :max_ts, :format, :codec, :crc, :data)',
  )
  const insertKey = db.prepare('INSERT OR IGNORE INTO ingest_key VALUES (?, ?, ?, ?)')
  const insertCheckpoint = db.prepare('INSERT OR IGNORE INTO checkpoint VALUES (?, ?, ?, ?)')
  const selectKey = db.prepare('SELECT request FROM ingest_key WHERE key = ?')
  const selectCheckpoints = db.prepare('SELECT * FROM checkpoint WHERE fingerprint = ? ORDER BY offset')
  const selectBlock = db.prepare('SELECT * FROM block WHERE first_seq = ?')
  const selectSpans = db.prepare(
    'SELECT first_seq, last_seq, count, min_ts, max_ts FROM block WHERE max_ts >= ? AND min_ts <= ? ORDER BY first_seq',
  )
  const selectBefore = db.prepare('SELECT first_seq FROM block WHERE first_seq <= ?1 AND last_seq >= ?1 ORDER BY first_seq DESC LIMIT ?2')
  const selectFrom = db.prepare('SELECT * FROM block WHERE last_seq >= ? ORDER BY first_seq LIMIT 1')
  const selectSmallStream = db.prepare(
    `SELECT stream FROM block WHERE count < ${blockSize} AND last_seq <= ? GROUP BY stream HAVING count(*) > 8 LIMIT 1`,
  )
  const selectSmall = db.prepare(
    `SELECT * FROM block WHERE count < ${blockSize} AND last_seq <= ? AND stream = ? ORDER BY first_seq LIMIT ${blockSize}`,
  )
  const deleteBlock = db.prepare('DELETE FROM block WHERE first_seq = ?')
  const bounds = db.prepare('SELECT coalesce(sum(count), 0) AS count, coalesce(max(last_seq), 0) AS last FROM block').get() as {
    count: number
    last: number
  }
  let { count, last } = bounds

  const insert = (logs: readonly StoredLog[]) => {
    for (let i = 0; i < logs.length; i += blockSize) insertBlock.run({ ...encodeBlock(logs.slice(i, i + blockSize)) })
  }

  return {
    path,
    get lastSeq() {
      return last
    },
    get count() {
      return count
    },
    /** Commit batches together: on return they are on disk. */
    append(batches: readonly Batch[]): void {
      transaction(db, () => {
        for (const logs of byStream(batches)) insert(logs)
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
    /** Hash of the request that used a key; undefined where none did. */
    requestOf: (key: string): string | undefined => (selectKey.get(key) as { request: string } | undefined)?.request,
    checkpoints: (fingerprint: string) => selectCheckpoints.all(fingerprint) as unknown as Checkpoint[],
    /** Blocks that may hold logs of a time range, ms UTC, both ends included. */
    spans: (from: number, to: number) =>
      selectSpans.all(from, to) as unknown as Pick<BlockRow, 'first_seq' | 'last_seq' | 'count' | 'min_ts' | 'max_ts'>[],
    read(firstSeq: number): StoredLog[] {
      const row = selectBlock.get(firstSeq) as unknown as BlockRow | undefined
      return row ? decodeBlock(row) : []
    },
    find(seq: number): StoredLog | undefined {
      if (seq > last) return undefined
      // nearly always in the first; the streams of one commit, and blocks put together, can lie across each other
      for (const most of [1, -1]) {
        for (const { first_seq } of selectBefore.all(seq, most) as { first_seq: number }[]) {
          const log = findInBlock(selectBlock.get(first_seq) as unknown as BlockRow, seq)
          if (log) return log
        }
      }
      return undefined
    },
    /** The first block that reaches `seq` or beyond. Beyond what was compacted, blocks stand in the order of seq and do not overlap. */
    from(seq: number): StoredLog[] {
      const row = selectFrom.get(seq) as unknown as BlockRow | undefined
      return row ? decodeBlock(row) : []
    },
    /** Put up to 64 small blocks of one stream together, none beyond `upTo`; false when there is nothing worth it. Small commits would leave blocks of one log. */
    compact(upTo: number): boolean {
      const stream = (selectSmallStream.get(upTo) as { stream: string } | undefined)?.stream
      if (stream === undefined) return false
      const rows = selectSmall.all(upTo, stream) as unknown as BlockRow[]
      transaction(db, () => {
        const logs = rows.flatMap(decodeBlock)
        for (const row of rows) deleteBlock.run(row.first_seq)
        insert(logs)
      })
      return true
    },
    check: () =>
      (db.prepare('PRAGMA quick_check(5)').all() as { quick_check: string }[]).map(row => row.quick_check).filter(line => line !== 'ok'),
    checkpoint: (): void => db.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
    close: (): void => db.close(),
  }
}
