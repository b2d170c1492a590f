import { randomUUID } from 'node:crypto'
import {
  type Cell,
  maxCell,
  mostRows,
  mostTables,
  type NewTable,
  type Table,
  type TableFeed,
  type TableRow,
  type TableSchema,
} from '../../shared/reference-table.ts'
import type { WriteContext } from '../lib/actor.ts'
import { type Problem, Refusal } from '../lib/errors.ts'
import type { Store } from '../store/store.ts'
import type { Audit, Write } from './writes.ts'

interface Needs {
  store: Store
  write: Write
  audit: Audit
  now: () => number
}
type Given = { id: string; values: Record<string, Cell> }

const wrong = (problems: Problem[]) => new Refusal(400, 'invalid_table', `${problems[0]!.field}: ${problems[0]!.message}`, { problems })

/** Reference tables and every way to change them and their rows. */
export function createReferenceTables({ store, write, audit, now }: Needs) {
  const { referenceTables: tables } = store
  function known(id: string): Table {
    const table = tables.get(id)
    if (!table) throw new Refusal(404, 'not_found', `Reference table not found: ${id}`)
    return table
  }
  const say = (ctx: WriteContext, action: 'created' | 'modified' | 'deleted', { id, table_name: name }: Table, message: string) =>
    audit(ctx, { action, asset: { type: 'reference_table', id, name }, message: `${message} the reference table “${name}”` })
  const touched = (ctx: WriteContext, table: Table): Table => ({ ...table, last_updated_by: ctx.actor.handle, updated_at: now() })

  return {
    tables: async (): Promise<Table[]> => tables.all(),
    table: async (id: string): Promise<Table> => known(id),
    createTable: async (ctx: WriteContext, given: NewTable): Promise<Table> =>
      write(ctx, () => {
        const all = tables.all()
        if (all.length >= mostTables) throw wrong([{ field: 'data', message: `there are ${mostTables} tables already` }])
        if (all.some(({ table_name: name }) => name === given.table_name))
          throw wrong([{ field: 'data.attributes.table_name', message: 'is the name of another table' }])
        const by = ctx.actor.handle
        const table: Table = { ...given, id: randomUUID(), created_by: by, last_updated_by: by, updated_at: now(), rows: 0 }
        tables.put(table)
        say(ctx, 'created', table, 'created')
        return { result: table }
      }),
    /** Say something else of a table, or give it further fields. */
    updateTable: async (ctx: WriteContext, id: string, given: Partial<Omit<NewTable, 'table_name'>>): Promise<Table> =>
      write(ctx, () => {
        const before = known(id)
        if (given.schema) checkGrown(before.schema, given.schema)
        const table = touched(ctx, { ...before, ...given })
        tables.put(table)
        say(ctx, 'modified', table, 'changed')
        return { result: table }
      }),
    deleteTable: async (ctx: WriteContext, id: string): Promise<Table> =>
      write(ctx, () => {
        const table = known(id)
        tables.remove(id)
        say(ctx, 'deleted', table, `deleted, with ${table.rows} rows,`)
        return { result: table }
      }),
    /** All of these rows, or none. */
    upsertRows: async (ctx: WriteContext, id: string, given: Given[]): Promise<Table> =>
      write(ctx, () => {
        const table = known(id)
        const rows = checkRows(table, given)
        for (const row of rows) tables.putRow(id, row)
        const after = known(id)
        if (after.rows > mostRows) throw wrong([{ field: 'data', message: `a table holds ${mostRows} rows at most` }])
        tables.put(touched(ctx, after))
        say(ctx, 'modified', table, `put ${rows.length} rows into`)
        return { result: after }
      }),
    deleteRows: async (ctx: WriteContext, id: string, ids: string[]): Promise<Table> =>
      write(ctx, () => {
        const table = known(id)
        const removed = ids.filter(row => tables.removeRow(id, row)).length
        tables.put(touched(ctx, table))
        say(ctx, 'modified', table, `took ${removed} rows out of`)
        return { result: known(id) }
      }),
    /** Those of these rows that there are. */
    tableRows: async (id: string, ids: string[]): Promise<TableRow[]> => {
      known(id)
      return ids.flatMap(row => tables.row(id, row) ?? [])
    },
    listRows: async (id: string, after: string, most: number): Promise<TableRow[]> => {
      known(id)
      return tables.rows(id, after, most)
    },
    /** Make its rows a feed, or say that they are none any more. */
    setTableFeed: async (ctx: WriteContext, id: string, feed: (TableFeed & { id: string }) | null): Promise<Table> =>
      write(ctx, () => {
        const { feed: _, ...before } = known(id)
        if (feed?.column !== undefined && !before.schema.fields.some(({ name }) => name === feed.column))
          throw wrong([{ field: 'data.attributes.column', message: 'is no field of the table' }])
        const table = touched(ctx, { ...before, ...(feed && { feed }) })
        tables.put(table)
        say(ctx, 'modified', table, feed ? 'made a feed of' : 'took the feed from')
        return { result: table }
      }),
  }
}

/** A schema that has all that there was, as it was. */
function checkGrown(before: TableSchema, after: TableSchema): void {
  const problems: Problem[] = []
  if (before.primary_keys[0] !== after.primary_keys[0])
    problems.push({ field: 'data.attributes.schema.primary_keys', message: 'cannot be changed' })
  for (const { name, type } of before.fields)
    if (!after.fields.some(field => field.name === name && field.type === type))
      problems.push({ field: 'data.attributes.schema.fields', message: `must have ${name} as ${type}: fields can only be added` })
  if (problems.length > 0) throw wrong(problems)
}

function checkRows({ schema }: Table, given: readonly Given[]): TableRow[] {
  const problems: Problem[] = []
  const types = new Map(schema.fields.map(({ name, type }) => [name, type]))
  const key = schema.primary_keys[0]!
  const seen = new Set<string>()
  const rows = given.map(({ id, values }, i) => {
    const wrongAt = (field: string, message: string) => problems.push({ field: `data.${i}.${field}`, message })
    if (seen.has(id)) wrongAt('id', 'is that of another row of this request')
    seen.add(id)
    for (const [name, value] of Object.entries(values)) {
      const type = types.get(name)
      const field = `attributes.values.${name.slice(0, 100)}`
      if (type === undefined) wrongAt(field, 'is no field of the table')
      else if (type === 'STRING' && (typeof value !== 'string' || value.length > maxCell))
        wrongAt(field, `must be a text of ${maxCell} characters at most`)
      else if (type === 'INT32' && !(typeof value === 'number' && (value | 0) === value))
        wrongAt(field, 'must be a whole number of 32 bits')
    }
    if (Object.hasOwn(values, key) && values[key] !== id) wrongAt(`attributes.values.${key}`, 'is the primary key, and must be the id')
    return { id, values: { ...values, [key]: id } }
  })
  if (problems.length > 0) throw wrong(problems.slice(0, 50))
  return rows
}
