import { expect } from 'vitest'

/** What the official client made of an answer: nothing in it, at any depth, that it could not make sense of. */
export function parsed<T>(value: T): T {
  const walk = (inner: unknown, path: string): void => {
    if (typeof inner !== 'object' || inner === null) return
    expect((inner as { _unparsed?: boolean })._unparsed, `${path} was not understood`).toBeFalsy()
    expect(inner.constructor.name, path).not.toBe('UnparsedObject')
    for (const [key, child] of Object.entries(inner)) if (key !== 'additionalProperties') walk(child, `${path}.${key}`)
  }
  walk(value, 'answer')
  return value
}
