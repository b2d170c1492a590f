import { existsSync } from 'node:fs'
import { isObject, type JsonObject } from '../../shared/json.ts'
import { readInput } from './read-input.ts'
import { type Fault, Refused } from './refused.ts'
import type { Surroundings } from './surroundings.ts'
import { underline } from './text.ts'

/** A rule as a file has it; `at` says where: the file, and which of its rules where there are several. */
export interface Written {
  at: string
  rule: JsonObject
}

/** The UTF-16 offset at which a JSON text goes wrong: JavaScript's own messages do not always say. */
export type FindFault = (text: string) => { offset: number } | undefined

/** What comes with a rule that was read from a daemon, and is no part of what a person writes. */
const readOnly = new Set([
  'id',
  'version',
  'createdAt',
  'creationAuthorId',
  'updatedAt',
  'updateAuthorId',
  'isDefault',
  'isDeleted',
  'isPartner',
  'isDeprecated',
  'x_local',
])

/** A file that holds no rules, and why: with its line where it is not JSON. */
export interface Unread {
  at: string
  problem: string
}

/** The rules of files: one object, a list, or the answer of the rules API. What is wrong with one file keeps no other from being read. */
export async function readEach(
  paths: readonly string[],
  io: Pick<Surroundings, 'stdin'>,
  findFault: FindFault,
): Promise<(Written | Unread)[]> {
  const all: (Written | Unread)[] = []
  for (const path of paths)
    try {
      all.push(...(await rulesIn(path, io, findFault)))
    } catch (error) {
      all.push({ at: path, problem: (error as Error).message })
    }
  return all
}

/** The same of files that must all be good. Throws an Error with file and line. */
export async function readRules(paths: readonly string[], io: Pick<Surroundings, 'stdin'>, findFault: FindFault): Promise<Written[]> {
  return (await readEach(paths, io, findFault)).map(one => {
    if ('problem' in one) throw new Error(one.problem)
    return one
  })
}

async function rulesIn(path: string, io: Pick<Surroundings, 'stdin'>, findFault: FindFault): Promise<Written[]> {
  if (/\.ya?ml$/i.test(path))
    throw new Error(
      `${path}: this takes rules in JSON. Sigma rules are taken by "rules import", which with --dry-run says what would become of them`,
    )
  const value = parse((await readInput(path, io)).toString(), path, findFault)
  const list = Array.isArray(value) ? value : isObject(value) && Array.isArray(value['data']) ? value['data'] : [value]
  return list.map((rule, i) => {
    const at = list.length > 1 ? `${path}[${i}]` : path
    if (!isObject(rule)) throw new Error(`${at}: a rule is an object`)
    return { at, rule }
  })
}

/** Whether a word on the command line is meant as a file rather than as the id of a rule. */
export const isFile = (word: string): boolean => word === '-' || /[./\\]/.test(word) || existsSync(word)

/** The rule without what only a daemon can say. */
export const payloadOf = (rule: JsonObject): JsonObject => Object.fromEntries(Object.entries(rule).filter(([key]) => !readOnly.has(key)))

function parse(text: string, path: string, findFault: FindFault): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const before = text.slice(0, findFault(text)?.offset).split('\n')
    throw new Error(`${path}:${before.length}:${before.at(-1)!.length + 1}: ${(error as Error).message}`)
  }
}

/** What is wrong with a rule, a line a fault, and the query it is in underlined; undefined where the error is of another kind. */
export function faultsIn({ at, rule }: Written, error: unknown): string | undefined {
  const faults = error instanceof Refused ? error.status === 400 && error.faults : (error as { problems?: Fault[] }).problems
  if (!faults || faults.length === 0) return undefined
  return faults
    .map(({ field: path, message, at: span }) => {
      // in a request that holds more than the rule
      const field = path?.replace(/^data\.attributes\.rule\./, '')
      const text = field === undefined ? undefined : valueAt(rule, field.split('.'))
      const shown = span && typeof text === 'string' ? `\n${underline(text, span)}` : ''
      return `${at}: ${field === undefined ? '' : `${field}: `}${message}${shown}`
    })
    .join('\n')
}

/** The member at a path, through lists too: `queries.0.query`. */
function valueAt(value: unknown, path: readonly string[]): unknown {
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}
