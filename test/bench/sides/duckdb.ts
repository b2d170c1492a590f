import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requirePeer } from '../peers.ts'
import { buckets, facets, type Refresh, rowsShown } from '../queries.ts'
import { toAnswer } from './counted.ts'
import { createDictionaries, lists, singles, textOf, valuesOf } from './fields.ts'
import { type Answer, bucketWidth, comparedValues, feed, readLine, type Side, traceOf } from './side.ts'
import { type Dialect, quote, toSql } from './sql.ts'

/** The little of `@duckdb/node-api` that is used here. */
interface Connection {
  run(sql: string): Promise<{ getRowsJS(): Promise<unknown[][]> }>
  createAppender(table: string): Promise<Appender>
  closeSync(): void
}
interface Appender {
  appendDataChunk(chunk: unknown): void
  flushSync(): void
}
interface DuckDb {
  DuckDBInstance: { create(path: string, config: Record<string, string>): Promise<{ connect(): Promise<Connection>; closeSync(): void }> }
  DuckDBDataChunk: { create(types: unknown[]): { setColumns(columns: unknown[][]): void } }
  BIGINT: unknown
  INTEGER: unknown
  VARCHAR: unknown
  LIST(type: unknown): unknown
  listValue(items: string[]): unknown
}

/** One table: integer codes for every field that is a facet or asked for as a whole, lists, lower-cased text, the log itself. */
export async function open(dir: string): Promise<Side> {
  const duck = requirePeer('duckdb') as DuckDb
  const instance = await duck.DuckDBInstance.create(join(dir, 'logs.duckdb'), { threads: '2' })
  const connection = await instance.connect()
  const sql = async (text: string) => (await connection.run(text)).getRowsJS()
  const dictionaries = createDictionaries()
  const dictionaryFile = join(dir, 'dictionaries.json')
  const columns = [
    'seq INTEGER',
    'ts BIGINT',
    ...singles.map((_, i) => `c${i} INTEGER`),
    ...lists.map((_, i) => `l${i} VARCHAR[]`),
    'text VARCHAR',
    'log VARCHAR',
  ]
  await sql(`CREATE TABLE IF NOT EXISTS logs (${columns.join(', ')})`)
  const [[stored] = []] = await sql('SELECT count(*) FROM logs')
  if (Number(stored) > 0) dictionaries.fromJson(JSON.parse(readFileSync(dictionaryFile, 'utf8')) as string[][])

  const codesIn = (path: string, codes: number[]) =>
    codes.length === 0 ? 'false' : `c${singles.indexOf(path as (typeof singles)[number])} in (${codes.join(', ')})`
  const dialect: Dialect = {
    equals: (path, value) => codesIn(path, [dictionaries.codeOf(path, value) ?? -1]),
    has: (path, value) => `list_contains(l${lists.indexOf(path as (typeof lists)[number])}, ${quote(value)})`,
    hasAny: path => `len(l${lists.indexOf(path as (typeof lists)[number])}) > 0`,
    matches: (path, _, keep) => codesIn(path, dictionaries.codesWhere(path, keep)),
    between: (path, low, high) =>
      codesIn(
        path,
        dictionaries.codesWhere(path, value => Number(value) >= low && Number(value) <= high),
      ),
    words: (_, phrase) => `contains(text, ${quote(phrase)})`,
    begins: part => `contains(text, ${quote(part)})`,
    anywhere: word => `contains(lower(log), ${quote(word)})`,
  }

  const types = [
    duck.INTEGER,
    duck.BIGINT,
    ...singles.map(() => duck.INTEGER),
    ...lists.map(() => duck.LIST(duck.VARCHAR)),
    duck.VARCHAR,
    duck.VARCHAR,
  ]
  function columnsOf(lines: string[], first: number): unknown[][] {
    const logs = lines.map(readLine)
    const codes = logs.map(dictionaries.codesOf)
    return [
      logs.map((_, i) => first + i),
      logs.map(log => BigInt(log.timestamp)),
      ...singles.map((_, field) => codes.map(row => row[field])),
      ...lists.map(path => logs.map(log => duck.listValue(valuesOf(log, path)))),
      logs.map(textOf),
      lines,
    ]
  }

  return {
    version: String((await sql('SELECT version()'))[0]![0]),
    async load(count) {
      const appender = await connection.createAppender('logs')
      const ingestMs = await feed(count, (lines, first) => {
        const chunk = duck.DuckDBDataChunk.create(types)
        chunk.setColumns(columnsOf(lines, first))
        appender.appendDataChunk(chunk)
        // its own transaction, on disk when it returns
        appender.flushSync()
      })
      writeFileSync(dictionaryFile, JSON.stringify(dictionaries.toJson()))
      const start = performance.now()
      await sql('CHECKPOINT')
      return { ingestMs, afterwardsMs: performance.now() - start }
    },
    refresh: refresh => answer(sql, refresh, toSql(refresh.query, dialect), dictionaries.valueOf),
    async close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

async function answer(
  sql: (text: string) => Promise<unknown[][]>,
  refresh: Refresh,
  where: string,
  nameOf: (field: number, code: number) => string,
): Promise<Answer> {
  const { from, to } = refresh
  const width = bucketWidth(refresh, buckets)
  const matching = `ts between ${from} and ${to} and ${where}`
  // what is costly to find is found once; codes are as quick to compare as to copy
  const costly = /contains|len/.test(where) || where.length > 500
  const codes = facets.map((_, i) => `c${i}`).join(', ')
  if (costly) await sql(`CREATE OR REPLACE TEMP TABLE found AS SELECT rowid AS place, seq, ts, ${codes} FROM logs WHERE ${matching}`)
  const [source, place] = costly ? ['found', 'place'] : [`logs WHERE ${matching}`, 'rowid']
  const histogram = await sql(`SELECT (ts - ${from}) // ${width}, count(*) FROM ${source} GROUP BY 1`)
  const newest = `SELECT ${place} FROM ${source} ORDER BY ts DESC, seq DESC LIMIT ${rowsShown}`
  const rows = await sql(`SELECT log FROM logs WHERE rowid IN (${newest}) ORDER BY ts DESC, seq DESC`)
  const counts = await sql(
    facets
      .map(
        (_, i) =>
          `(SELECT ${i}, c${i}, count(*) n FROM ${source} ${costly ? 'WHERE' : 'AND'} c${i} > 0 GROUP BY c${i} ORDER BY n DESC LIMIT ${comparedValues})`,
      )
      .join(' UNION ALL '),
  )
  return toAnswer(
    refresh,
    histogram,
    rows.map(([log]) => traceOf(String(log))),
    counts,
    nameOf,
  )
}
