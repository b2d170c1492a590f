import { isObject, type Json, type JsonObject } from '../../shared/json.ts'

// What a value of the wire is taken for. The daemon has proven itself, but its text came from logs: a value of the wrong type is left out, not shown.

export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
export const count = (value: Json | undefined): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)
/** One text counts as a list of one. */
export const texts = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : typeof value === 'string' ? [value] : []
export const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})
export const objects = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])
