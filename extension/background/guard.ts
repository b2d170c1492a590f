// What guards are made of.

export type Guard<T> = (value: unknown) => value is T
export type Guards<T> = { [K in keyof T]-?: Guard<Exclude<T[K], undefined>> }

/** One for what each request of a protocol carries. */
export type GuardsOf<P> = { [T in keyof P]: P[T] extends [infer Asked, unknown] ? Guard<Asked> : never }

export const text =
  (max: number, holds: (text: string) => boolean = () => true): Guard<string> =>
  (value): value is string =>
    typeof value === 'string' && value.length <= max && holds(value)
export const oneOf =
  <T>(all: readonly T[]): Guard<T> =>
  (value): value is T =>
    all.includes(value as T)
export const flag: Guard<boolean> = value => typeof value === 'boolean'
export const whole =
  (max: number): Guard<number> =>
  (value): value is number =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max
export const number =
  (least: number, most: number): Guard<number> =>
  (value): value is number =>
    typeof value === 'number' && value >= least && value <= most
export const list =
  <T>(of: Guard<T>, least: number, most: number): Guard<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.length >= least && value.length <= most && value.every(of)
export const orNull =
  <T>(of: Guard<T>): Guard<T | null> =>
  (value): value is T | null =>
    value === null || of(value)
export const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value))

/** An object that has all of `must`, perhaps some of `may`, and nothing else. */
export function shape<A extends object, B extends object = object>(
  must: Guards<A>,
  may: Guards<B> = {} as Guards<B>,
): Guard<A & Partial<B>> {
  const guards = { ...must, ...may } as Record<string, Guard<unknown>>
  const needed = Object.keys(must)
  return (value): value is A & Partial<B> =>
    isPlain(value) &&
    needed.every(key => Object.hasOwn(value, key)) &&
    Reflect.ownKeys(value).every(key => typeof key === 'string' && Object.hasOwn(guards, key) && guards[key]!(value[key]))
}
