import { z } from 'zod'
import { intentions } from './indicator.ts'

export const fieldTypes = ['STRING', 'INT32'] as const

const Name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters')

/** The columns of a reference table; its one primary key names a row. */
export const TableSchema = z
  .object({
    fields: z
      .array(z.object({ name: Name, type: z.enum(fieldTypes) }))
      .min(1)
      .max(50),
    primary_keys: z.array(z.string()).length(1),
  })
  .refine(({ fields }) => new Set(fields.map(({ name }) => name)).size === fields.length, 'two fields have the same name')
  .refine(({ fields, primary_keys: [key] }) => fields.some(({ name, type }) => name === key && type === 'STRING'), {
    message: 'must name a field of the type STRING',
    path: ['primary_keys'],
  })
export type TableSchema = z.output<typeof TableSchema>

/** What a person says of a new table. */
export const NewTable = z.object({
  table_name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/, 'must be letters, digits and _, and begin with a letter'),
  description: z.string().max(1000).default(''),
  tags: z.array(z.string().max(200)).max(50).default([]),
  schema: TableSchema,
})
export type NewTable = z.output<typeof NewTable>

/** What feeds are made of a table's rows: its key is the indicator. Columns called category, subcategory, intention or score speak for their row. */
export const TableFeed = z.strictObject({
  category: z.string().regex(/^\w{1,50}$/, 'must be one word, such as scanner or tor'),
  intention: z.enum(intentions),
  /** The column that holds indicators; the primary key, where none is named. */
  column: z.string().max(200).optional(),
})
export type TableFeed = z.output<typeof TableFeed>

/** Rows by name that somebody brought along, for look-ups and as indicators. */
export interface Table extends NewTable {
  id: string
  created_by: string
  last_updated_by: string
  /** ms UTC */
  updated_at: number
  rows: number
  /** The feed that its rows are, where they are one. */
  feed?: TableFeed & { id: string }
}

export type Cell = string | number
export interface TableRow {
  id: string
  values: Record<string, Cell>
}

/** Tables, rows of one, and rows in one request. */
export const mostTables = 100
export const mostRows = 100_000
export const mostRowsAtOnce = 200
export const maxCell = 2000
