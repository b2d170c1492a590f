/** Distinct numbers up to which a percentile is exact. */
export const exactNumbers = 1000

/** Relative error of a percentile beyond that. */
const error = 0.01
const growth = (1 + error) / (1 - error)
const logGrowth = Math.log(growth)
/** Above any step that a double can reach, so that a sign can be put on it. */
const middle = 100_000

/** The step of a number, in the order of the numbers: as in a DDSketch, each step holds numbers within 1 % of its own. */
function stepOf(value: number): number {
  if (value === 0) return 0
  return Math.sign(value) * (Math.ceil(Math.log(Math.abs(value)) / logGrowth) + middle)
}

function numberOf(step: number): number {
  if (step === 0) return 0
  return Math.sign(step) * Math.min(Number.MAX_VALUE, (2 * growth ** (Math.abs(step) - middle)) / (growth + 1))
}

/**
 * Numbers of which a percentile is asked: how often each came, up to a thousand distinct ones; beyond, how often each step of a sketch.
 * Which of the two, and the answer, depend on the numbers alone, not on their order.
 */
export class Percentile {
  #counts = new Map<number, number>()
  #total = 0
  /** Whether answers are right to 1 % only. */
  cut = false

  /** Answers by how many entries it has grown. */
  add(value: number): number {
    const grown = this.#count(this.cut ? stepOf(value) : value, 1)
    this.#total++
    return this.#counts.size > exactNumbers && !this.cut ? grown + this.#sketch() : grown
  }

  /** The value at a share of the way from least to greatest, between two neighbours in proportion; null where there is none. */
  at(share: number): number | null {
    if (this.#total === 0) return null
    const place = share * (this.#total - 1)
    const [low, high] = this.#valuesAt(Math.floor(place), Math.ceil(place))
    const part = place - Math.floor(place)
    return low === high ? low : low * (1 - part) + high * part
  }

  #count(key: number, by: number): number {
    const before = this.#counts.get(key)
    this.#counts.set(key, (before ?? 0) + by)
    return before === undefined ? 1 : 0
  }

  #sketch(): number {
    const numbers = this.#counts
    this.#counts = new Map()
    this.cut = true
    for (const [value, count] of numbers) this.#count(stepOf(value), count)
    return this.#counts.size
  }

  #valuesAt(first: number, second: number): [number, number] {
    let passed = 0
    let low: number | undefined
    for (const key of Float64Array.from(this.#counts.keys()).sort()) {
      passed += this.#counts.get(key)!
      if (low === undefined && passed > first) low = key
      if (passed > second) return this.cut ? [numberOf(low!), numberOf(key)] : [low!, key]
    }
    throw new Error('A place beyond the last number')
  }
}
