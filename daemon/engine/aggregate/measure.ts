import type { Cut, MeasureName } from '../../../shared/aggregate.ts'
import type { Value } from '../../../shared/query/look.ts'
import { ExactSum } from './exact-sum.ts'
import { Percentile } from './percentile.ts'

/** What is known of one measure of one group. Numbers are what ranges take for numbers: no text, tag or boolean is one. */
export interface Cell {
  /** Take in one of a log's values, or with `count` so many logs; answers by how many entries the cell has grown. */
  add(value: Value, logs?: number): number
  /** Null where there was no value. */
  read(): number | null
  /** In which way it is not the whole truth, if it is not. */
  readonly cut?: Cut | undefined
}

class Count implements Cell {
  #count = 0
  add(_: Value, logs = 1): number {
    this.#count += logs
    return 0
  }
  read(): number {
    return this.#count
  }
}

/** Distinct values by what they read, up to a bound; order does not matter to it. */
class Cardinality implements Cell {
  #values = new Set<string>()
  #most: number
  cut: Cut | undefined
  constructor(most: number) {
    this.#most = most
  }
  add(value: Value): number {
    const text = String(value)
    if (this.#values.has(text)) return 0
    if (this.#values.size >= this.#most) {
      this.cut = 'cardinality'
      return 0
    }
    this.#values.add(text)
    return 1
  }
  read(): number {
    return this.#values.size
  }
}

class Sum implements Cell {
  #sum = new ExactSum()
  #count = 0
  #mean: boolean
  constructor(mean: boolean) {
    this.#mean = mean
  }
  add(value: Value): number {
    if (typeof value !== 'number') return 0
    this.#sum.add(value)
    this.#count++
    return 0
  }
  read(): number | null {
    const sum = this.#sum.value
    if (this.#count === 0 || !Number.isFinite(sum)) return null
    return this.#mean ? sum / this.#count : sum
  }
}

class Extreme implements Cell {
  #most: number | null = null
  #sign: 1 | -1
  constructor(sign: 1 | -1) {
    this.#sign = sign
  }
  add(value: Value): number {
    // -0 is 0
    if (typeof value === 'number' && (this.#most === null || this.#sign * (value - this.#most) > 0)) this.#most = value + 0
    return 0
  }
  read(): number | null {
    return this.#most
  }
}

class PercentileCell implements Cell {
  #numbers = new Percentile()
  #share: number
  constructor(share: number) {
    this.#share = share
  }
  add(value: Value): number {
    return typeof value === 'number' ? this.#numbers.add(value + 0) : 0
  }
  read(): number | null {
    return this.#numbers.at(this.#share)
  }
  get cut(): Cut | undefined {
    return this.#numbers.cut ? 'percentiles' : undefined
  }
}

const makers: Record<MeasureName, (mostValues: number) => Cell> = {
  count: () => new Count(),
  cardinality: mostValues => new Cardinality(mostValues),
  sum: () => new Sum(false),
  avg: () => new Sum(true),
  min: () => new Extreme(-1),
  max: () => new Extreme(1),
  median: () => new PercentileCell(0.5),
  pc75: () => new PercentileCell(0.75),
  pc90: () => new PercentileCell(0.9),
  pc95: () => new PercentileCell(0.95),
  pc98: () => new PercentileCell(0.98),
  pc99: () => new PercentileCell(0.99),
}

/** An empty cell; `cardinality` counts up to `mostValues` distinct values. */
export const startCell = (aggregation: MeasureName, mostValues: number): Cell => makers[aggregation](mostValues)
