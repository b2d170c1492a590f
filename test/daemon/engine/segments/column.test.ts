import { expect, test } from 'vitest'
import { seek } from '../../../../daemon/engine/facets/seek.ts'
import { type Column, createColumn, sealColumn } from '../../../../daemon/engine/segments/column.ts'
import { createDictionary } from '../../../../daemon/engine/segments/dictionary.ts'

const rows = 3000

/** What a column holds, row by row. */
function read(column: Column): number[][] {
  const values: number[][] = Array.from({ length: rows }, () => [])
  const add = (row: number, code: number) => void (code > 0 && values[row]!.push(Number(column.dictionary.at(code))))
  if (column.form === 'dense') column.codes.forEach((code, row) => void add(row, code))
  else for (let i = 0; i < column.count; i++) add(column.rows[i]!, column.codes[i]!)
  return values
}

test.each<[string, (row: number) => number[], Column['form'], Column['form']]>([
  ['one of two values in every row', row => [row % 2], 'dense', 'dense'],
  ['300 values', row => [row % 300], 'dense', 'dense'],
  ['a value in every seventh row', row => (row % 7 === 0 ? [row] : []), 'dense', 'dense'],
  ['a value in every ninth row', row => (row % 9 === 0 ? [row] : []), 'list', 'list'],
  ['values at first, then hardly any', row => (row < 100 || row > 2990 ? [row] : []), 'list', 'list'],
  ['hardly any at first, then values', row => (row < 2000 ? [] : [row]), 'dense', 'dense'],
  ['the same value twice in a row', row => [row % 5, row % 5], 'dense', 'dense'],
  ['one row of two values, late', row => (row === 2500 ? [1, 2, 1] : [1]), 'list', 'list'],
  ['arrays', row => Array.from({ length: row % 40 }, (_, i) => i % 25), 'list', 'list'],
])('%s', (_, valuesOf, growing, sealed) => {
  const { column, add } = createColumn(createDictionary())
  const expected = Array.from({ length: rows }, (_, row) => [...new Set(valuesOf(row))])
  for (let row = 0; row < rows; row++) for (const value of valuesOf(row)) add(row, value)
  expect(column.form).toBe(growing)
  expect(read(column)).toEqual(expected)
  const smallest = sealColumn(column, rows)
  expect(smallest.form).toBe(sealed)
  expect(read(smallest)).toEqual(expected)
  expect(read(sealColumn(smallest, rows))).toEqual(expected)
})

test.each([
  [0, 0],
  [1, 1],
  [4, 2],
  [5, 2],
  [100, 5],
  [101, 6],
])('of 0 3 5 7 9 100, the first that is not below %i is at %i, from wherever it is sought', (row, place) => {
  const sorted = Uint16Array.of(0, 3, 5, 7, 9, 100)
  for (let from = 0; from <= place; from++) expect(seek(sorted, from, sorted.length, row)).toBe(place)
})
