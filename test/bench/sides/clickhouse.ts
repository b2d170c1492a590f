import { join } from 'node:path'
import { requirePeer } from '../peers.ts'
import { buckets, facets, rowsShown } from '../queries.ts'
import { toAnswer } from './counted.ts'
import { indexOf, lists, restOf, singles, textOf, valuesOf } from './fields.ts'
import { bucketWidth, comparedValues, feed, readLine, type Side, traceOf } from './side.ts'
import { type Dialect, quote, toSql } from './sql.ts'

/** The little of `chdb` that is used here. */
interface Chdb {
  Session: new (path: string) => { query(sql: string, format?: string): string; close(): void }
}

/** A MergeTree by time: LowCardinality columns, text indexes, a bloom filter on lists. */
export async function open(dir: string): Promise<Side> {
  const { Session } = requirePeer('clickhouse') as Chdb
  const session = new Session(join(dir, 'clickhouse'))
  const rowsOf = (sql: string) =>
    session
      .query(sql, 'JSONCompactEachRow')
      .split('\n')
      .filter(line => line.trim() !== '')
      .map(line => JSON.parse(line) as unknown[])
  session.query(`CREATE TABLE IF NOT EXISTS logs (seq UInt32, ts Int64,
    ${singles.map((path, i) => `c${i} ${many.has(path) ? 'String' : 'LowCardinality(String)'}`).join(', ')},
    ${lists.map((_, i) => `l${i} Array(String)`).join(', ')}, text String CODEC(ZSTD(1)), rest String CODEC(ZSTD(1)), log String CODEC(ZSTD(1)),
    INDEX in_text text TYPE text(tokenizer = 'splitByNonAlpha'), INDEX in_rest rest TYPE text(tokenizer = 'splitByNonAlpha'),
    ${lists.map((_, i) => `INDEX in_l${i} l${i} TYPE bloom_filter(0.01)`).join(', ')}) ENGINE = MergeTree ORDER BY (ts, seq)`)

  const list = (path: string) => `l${(lists as readonly string[]).indexOf(path)}`
  const single = (path: string) => `c${indexOf(path)}`
  // its index knows words without `_` only; the exact place is looked up then
  const holds = (column: string, part: string) =>
    `(hasAllTokens(${column}, [${part
      .split(/[^a-z0-9]+/)
      .map(quote)
      .join(', ')}]) and position(${column}, ${quote(part)}) > 0)`
  const dialect: Dialect = {
    equals: (path, value) => `${single(path)} = ${quote(value)}`,
    has: (path, value) => `has(${list(path)}, ${quote(value)})`,
    hasAny: path => `notEmpty(${list(path)})`,
    matches: (path, like) => `${single(path)} LIKE ${quote(like.replaceAll('\\', '\\\\'))}`,
    between: (path, low, high) => `toInt32OrZero(${single(path)}) between ${low} and ${high}`,
    words: (_, phrase) => holds('text', phrase),
    begins: part => `position(text, ${quote(part)}) > 0`,
    anywhere: word => `(${holds('text', word)} or ${holds('rest', word)})`,
  }
  return {
    version: String(rowsOf('SELECT version()')[0]![0]),
    async load(count) {
      const ingestMs = await feed(count, (lines, first) => {
        const rows = lines.map((line, i) => {
          const log = readLine(line)
          const values = [...singles.map(path => valuesOf(log, path)[0] ?? ''), ...lists.map(path => valuesOf(log, path))]
          return JSON.stringify([first + i, log.timestamp, ...values, textOf(log), restOf(log), line])
        })
        session.query(`INSERT INTO logs FORMAT JSONCompactEachRow ${rows.join('\n')}`)
      })
      const start = performance.now()
      session.query('OPTIMIZE TABLE logs FINAL')
      return { ingestMs, afterwardsMs: performance.now() - start }
    },
    async refresh(refresh) {
      const where = `ts between ${refresh.from} and ${refresh.to} and ${toSql(refresh.query, dialect)}`
      const rows = rowsOf(`SELECT log FROM logs WHERE ${where} ORDER BY ts DESC, seq DESC LIMIT ${rowsShown}`)
      // one pass for histogram and facets; `of` tells by its one bit that is not set which of them a row belongs to
      const keys = ['bucket', ...facets.map((_, i) => `c${i}`)]
      const counts = rowsOf(`SELECT ${keys.join(', ')}, grouping(${keys.join(', ')}) AS of, count() AS n
        FROM (SELECT intDiv(ts - ${refresh.from}, ${bucketWidth(refresh, buckets)}) AS bucket, * FROM logs WHERE ${where})
        GROUP BY GROUPING SETS (${keys.map(key => `(${key})`).join(', ')}) ORDER BY n DESC LIMIT ${Math.max(buckets, comparedValues + 1)} BY of`)
      const full = 2 ** keys.length - 1
      const histogram: unknown[][] = []
      const found: unknown[][] = []
      for (const row of counts) {
        const key = keys.length - 1 - Math.log2(full - Number(row[keys.length]))
        if (key === 0) histogram.push([row[0], row[keys.length + 1]])
        else if (row[key] !== '') found.push([key - 1, row[key], row[keys.length + 1]])
      }
      return toAnswer(
        refresh,
        histogram,
        rows.map(([log]) => traceOf(String(log))),
        found,
        (_, value) => String(value),
      )
    },
    close: async () => session.close(),
  }
}

/** Fields with too many values for a dictionary. */
const many = new Set(['@network.client.ip', '@http.url'])
