import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { buckets, facets, rowsShown } from '../queries.ts'
import { toAnswer } from './counted.ts'
import { createDictionaries, indexOf, lists, restOf, singles, textOf, valuesOf } from './fields.ts'
import { bucketWidth, comparedValues, feed, readLine, type Side, traceOf } from './side.ts'
import { type Dialect, quote, toSql } from './sql.ts'

/** A narrow table of integer codes with an index on each facet, lists by value, FTS5 on text and on the other values, the logs beside it. */
export async function open(dir: string): Promise<Side> {
  const db = new DatabaseSync(join(dir, 'logs.db'))
  const codes = singles.map((_, i) => `c${i}`)
  db.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -262144; PRAGMA mmap_size = 8000000000; PRAGMA temp_store = MEMORY;
    CREATE TABLE IF NOT EXISTS fields (seq INTEGER PRIMARY KEY, ts INTEGER, ${codes.join(', ')});
    CREATE TABLE IF NOT EXISTS lists (field INTEGER, value TEXT, seq INTEGER, PRIMARY KEY (field, value, seq)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS logs (seq INTEGER PRIMARY KEY, log TEXT);
    CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5(text, rest, content = '', columnsize = 0, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'");`)
  const all = (sql: string) => (db.prepare(sql).all() as Record<string, unknown>[]).map(row => Object.values(row))
  const dictionaries = createDictionaries()
  const dictionaryFile = join(dir, 'dictionaries.json')
  if (all('SELECT 1 FROM logs LIMIT 1').length > 0) dictionaries.fromJson(JSON.parse(readFileSync(dictionaryFile, 'utf8')) as string[][])

  const codesIn = (path: string, found: number[]) => (found.length === 0 ? 'false' : `c${indexOf(path)} in (${found.join(', ')})`)
  const inList = (path: string, more: string) =>
    `seq in (SELECT seq FROM lists WHERE field = ${(lists as readonly string[]).indexOf(path)}${more})`
  const inTexts = (match: string) => `seq in (SELECT rowid FROM texts WHERE texts MATCH ${quote(match)})`
  const dialect: Dialect = {
    equals: (path, value) => codesIn(path, [dictionaries.codeOf(path, value) ?? -1]),
    has: (path, value) => inList(path, ` and value = ${quote(value)}`),
    hasAny: path => inList(path, ''),
    matches: (path, _, keep) => codesIn(path, dictionaries.codesWhere(path, keep)),
    between: (path, low, high) =>
      codesIn(
        path,
        dictionaries.codesWhere(path, value => Number(value) >= low && Number(value) <= high),
      ),
    words: list => inTexts(`text: "${list.join(' ')}"`),
    begins: part => inTexts(`text: "${part.replace('-', ' ')}" *`),
    anywhere: word => inTexts(`"${word}"`),
  }

  /** By grouping, which walks an index for each facet. */
  const byIndex = (where: string, from: number, width: number) => ({
    histogram: all(`SELECT (ts - ${from}) / ${width}, count(*) FROM fields WHERE ${where} GROUP BY 1`),
    counts: facets.flatMap((_, i) =>
      all(`SELECT ${i}, c${i}, count(*) n FROM fields WHERE c${i} > 0 and ${where} GROUP BY c${i} ORDER BY n DESC LIMIT ${comparedValues}`),
    ),
  })
  /** Each row handed over once and counted here: faster than any way in SQL for what has to be picked out. */
  function byRow(where: string, from: number, width: number) {
    const rows = db.prepare(`SELECT (ts - ${from}) / ${width}, ${facets.map((_, i) => `c${i}`).join(', ')} FROM fields WHERE ${where}`)
    rows.setReturnArrays(true)
    const counted = ['', ...facets].map(() => new Map<number, number>())
    for (const row of rows.iterate() as unknown as Iterable<number[]>)
      for (const [i, counts] of counted.entries()) counts.set(row[i]!, (counts.get(row[i]!) ?? 0) + 1)
    const [histogram, ...values] = counted.map(counts => [...counts])
    const top = (counts: [number, number][]) =>
      counts
        .filter(([code]) => code > 0)
        .sort(([, a], [, b]) => b - a)
        .slice(0, comparedValues)
    return { histogram: histogram!, counts: values.flatMap((counts, i) => top(counts).map(([code, count]) => [i, code, count])) }
  }

  const marks = (count: number) => Array.from({ length: count }, () => '?').join(', ')
  const putFields = db.prepare(`INSERT INTO fields VALUES (${marks(2 + codes.length)})`)
  const putList = db.prepare('INSERT OR IGNORE INTO lists VALUES (?, ?, ?)')
  const putText = db.prepare('INSERT INTO texts (rowid, text, rest) VALUES (?, ?, ?)')
  const putLog = db.prepare('INSERT INTO logs VALUES (?, ?)')
  return {
    version: String(all('SELECT sqlite_version()')[0]![0]),
    async load(count) {
      const ingestMs = await feed(count, (lines, first) => {
        db.exec('BEGIN')
        for (const [i, line] of lines.entries()) {
          const log = readLine(line)
          putFields.run(first + i, log.timestamp, ...dictionaries.codesOf(log))
          for (const [field, path] of lists.entries()) for (const value of valuesOf(log, path)) putList.run(field, value, first + i)
          putText.run(first + i, textOf(log), restOf(log))
          putLog.run(first + i, line)
        }
        db.exec('COMMIT')
      })
      writeFileSync(dictionaryFile, JSON.stringify(dictionaries.toJson()))
      const start = performance.now()
      db.exec(`CREATE INDEX by_ts ON fields (ts); ${codes.map(code => `CREATE INDEX by_${code} ON fields (${code}, ts);`).join(' ')}
        INSERT INTO texts (texts) VALUES ('optimize'); ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)`)
      return { ingestMs, afterwardsMs: performance.now() - start }
    },
    async refresh(refresh) {
      const { query, from, to } = refresh
      const where = `ts between ${from} and ${to} and ${toSql(query, dialect)}`
      const newest = `SELECT seq, ts FROM fields WHERE ${where} ORDER BY ts DESC, seq DESC LIMIT ${rowsShown}`
      const rows = all(`SELECT log FROM (${newest}) JOIN logs USING (seq) ORDER BY ts DESC, seq DESC`)
      const width = bucketWidth(refresh, buckets)
      const { histogram, counts } = query === '' ? byIndex(where, from, width) : byRow(where, from, width)
      return toAnswer(
        refresh,
        histogram,
        rows.map(([log]) => traceOf(String(log))),
        counts,
        dictionaries.valueOf,
      )
    },
    close: async () => db.close(),
  }
}
