import { isObject, type Json, type JsonObject, put } from '../../shared/json.ts'

/** A value with each of its texts changed. */
export function mapTexts<T extends Json>(value: T, change: (text: string) => string): T
export function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map(item => mapTexts(item, change))
  if (!isObject(value)) return value
  const copy: JsonObject = {}
  for (const [key, item] of Object.entries(value)) put(copy, key, mapTexts(item, change))
  return copy
}

/** Parameters with their secrets: `places` says which text stands for which. Nobody else can know those texts, so that no log can name a secret. */
export function withSecrets(
  parameters: JsonObject,
  places: Readonly<Record<string, string>>,
  secret: (name: string) => string,
): JsonObject {
  const all = Object.entries(places)
  if (all.length === 0) return parameters
  return mapTexts(parameters, text => all.reduce((filled, [place, name]) => filled.replaceAll(place, () => secret(name)), text))
}
