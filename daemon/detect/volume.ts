import type { Json, JsonObject } from '../../shared/json.ts'
import { AnomalyDetectionOptions, type RuleOptions } from '../../shared/rule-options.ts'
import type { Hit, Memory, Moment, Plan, Room } from '../lib/kinds.ts'
import { createHistory } from './history.ts'
import { createWindow } from './window.ts'

const hour = 3_600_000

const optionsOf = (options: RuleOptions) => AnomalyDetectionOptions.parse(options.anomalyDetectionOptions ?? {})

/** At least one bucket is looked at, ms. */
export const volumeWindow = (options: RuleOptions): number => Math.max(options.evaluationWindow, optionsOf(options).bucketDuration) * 1000

/** What conditions are asked of a window that held unusually much. */
type Say = (amount: number) => Pick<Moment, 'values' | 'asked'>

/**
 * Tells a group's unusually many from its usual ones. Events are counted in buckets; the last of them that an evaluation window holds must
 * together be more than as many at the level that 99.5 % of two weeks' buckets keep to, and that is met at this time of earlier days, and a
 * margin of `detectionTolerance` times the spread. Only more is unusual, never less. What is seen in the window is not part of its history.
 */
export function volumeMemory({ options, window, aggregations }: Plan, say: Say): (room: Room, saved?: Json) => Memory {
  const { bucketDuration, learningDuration, detectionTolerance, learningPeriodBaseline } = optionsOf(options)
  const width = bucketDuration * 1000
  const span = Math.ceil(window / width)
  const learning = (learningDuration * hour) / width
  const aggregation = aggregations[0]!

  return (room, saved) => {
    const [past, distinct, counted] = (saved ?? []) as [Json?, [number, number[]][]?, Json?]
    const history = createHistory(width, span, room, past)
    const counter = createWindow({ window, aggregations: ['count'] }, room, counted)
    /** Distinct values of buckets that may still get more. */
    const sets = new Map((distinct ?? []).map(([at, values]) => [at, new Set(values)]))
    for (const { size } of sets.values()) room.keep(size)

    function amountWith(at: number, amounts: readonly number[]): number {
      const before = history.get(at)
      if (aggregation === 'count') return before + 1
      if (aggregation === 'sum') return amounts.reduce((sum, amount) => sum + amount, before)
      const values = sets.get(at) ?? new Set()
      sets.set(at, values)
      for (const amount of amounts) if (!values.has(amount) && room.take()) values.add(amount)
      return values.size
    }

    function judge(at: number): { amount: number; evidence: JsonObject | undefined } {
      let amount = 0
      for (let i = at; i > at - span; i--) amount += history.get(i)
      const learned = at - span + 1 - (history.start ?? at) >= learning
      if (!learned) {
        const isMore = learningPeriodBaseline !== undefined && amount > learningPeriodBaseline * span
        return { amount, evidence: isMore ? { amount, expected: learningPeriodBaseline * span, learning: true } : undefined }
      }
      const { level, spread } = history.usual(at - span)
      const limit = (level + detectionTolerance * Math.max(1, spread)) * span
      return {
        amount,
        evidence:
          amount > limit ? { amount, expected: Math.round(level * span * 100) / 100, limit: Math.round(limit * 100) / 100 } : undefined,
      }
    }

    return {
      add(hit: Hit) {
        const at = Math.floor(hit.time / width)
        history.set(at, amountWith(at, hit.queries[0]?.amounts ?? []))
        const found = counter.add(hit).moments.flatMap(moment => {
          const { amount, evidence } = judge(Math.floor(moment.time / width))
          return evidence ? [{ ...moment, ...say(amount), evidence }] : []
        })
        return { hit: found.length > 0 ? hit : undefined, moments: found }
      },
      take: counter.take,
      // the signal lives as long as there is too much, and what is usual is not part of it
      next: () => undefined,
      forget(time) {
        for (const [at, { size }] of sets)
          if ((at + 1) * width <= time) {
            sets.delete(at)
            room.give(size)
          }
        const nothingCounted = counter.forget(time)
        return history.forget(time) && nothingCounted && sets.size === 0
      },
      close() {
        for (const { size } of sets.values()) room.give(size)
        sets.clear()
        history.close()
        counter.close()
      },
      save: () => [history.save(), [...sets].map(([at, values]) => [at, [...values]]), counter.save()],
    }
  }
}
