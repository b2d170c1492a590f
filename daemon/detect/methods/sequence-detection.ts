import type { Json } from '../../../shared/json.ts'
import type { RuleOptions } from '../../../shared/rule-options.ts'
import { defineMethod, type Hit, type Memory, type Plan, type Room } from '../../lib/kinds.ts'
import { ConditionError, compileCondition, namesIn } from '../condition.ts'
import { createCounter } from '../counter.ts'
import { queryNames } from '../names.ts'
import { createWindow } from '../window.ts'

const longest = 86_400
/** Times that are remembered at which a step's condition held. */
const most = 32

/** A step with what it waits for, ms, after the one before it. */
interface Step {
  name: string
  window: number
  within: number
}

/** The steps in the order that the transitions give them; undefined where that is no single line. */
function inOrder({ sequenceDetectionOptions }: RuleOptions): Step[] | undefined {
  const { steps = [], stepTransitions = [] } = sequenceDetectionOptions ?? {}
  const first = steps.filter(({ name }) => !stepTransitions.some(({ child }) => child === name))
  if (first.length !== 1 || stepTransitions.length !== steps.length - 1) return undefined
  const line: Step[] = [{ name: first[0]!.name, window: first[0]!.evaluationWindow * 1000, within: 0 }]
  while (line.length < steps.length) {
    const next = stepTransitions.find(({ parent }) => parent === line[line.length - 1]!.name)
    const step = next && steps.find(({ name }) => name === next.child)
    if (!step || line.some(({ name }) => name === step.name)) return undefined
    line.push({ name: step.name, window: step.evaluationWindow * 1000, within: next.evaluationWindow * 1000 })
  }
  return line
}

/** All steps, one after the other, each within its time after the one before. Conditions of cases name steps: `step_b > 0`. */
export const sequenceDetection = defineMethod({
  name: 'sequence_detection',
  aggregations: ['count', 'cardinality', 'sum', 'max'],
  names: options => (inOrder(options) ?? []).map(({ name }) => name),
  window: options => {
    const steps = options.sequenceDetectionOptions?.steps ?? []
    const transitions = options.sequenceDetectionOptions?.stepTransitions ?? []
    return [...steps, ...transitions].reduce((sum, { evaluationWindow }) => sum + evaluationWindow, 0) * 1000
  },
  check({ options, queries }, wrong) {
    const given = options.sequenceDetectionOptions
    if (!given) return wrong('options.sequenceDetectionOptions', 'must name the steps')
    const names = queryNames(queries)
    for (const [i, { name, condition }] of given.steps.entries()) {
      const path = `options.sequenceDetectionOptions.steps.${i}`
      if (given.steps.findIndex(other => other.name === name) !== i) wrong(`${path}.name`, `“${name}” is taken by another step`)
      try {
        compileCondition(condition, names)
      } catch (error) {
        if (!(error instanceof ConditionError)) throw error
        wrong(`${path}.condition`, error.message, error.at)
      }
    }
    for (const [i, transition] of given.stepTransitions.entries())
      for (const end of ['parent', 'child'] as const)
        if (!given.steps.some(({ name }) => name === transition[end]))
          wrong(`options.sequenceDetectionOptions.stepTransitions.${i}.${end}`, `no step is called “${transition[end]}”`)
    if (!inOrder(options))
      wrong('options.sequenceDetectionOptions.stepTransitions', 'must lead from one step to the next, through all of them')
    const whole = [...given.steps, ...given.stepTransitions].reduce((sum, { evaluationWindow }) => sum + evaluationWindow, 0)
    if (whole > longest)
      wrong('options.sequenceDetectionOptions.stepTransitions', `the sequence may take ${longest} s in all, not ${whole}`)
  },
  prepare: prepareSequence,
})

/** When a step's condition held: the time of the log, and which log it was. */
type Held = [time: number, log: number]

function prepareSequence({ options, window, names, aggregations }: Plan): (room: Room, saved?: Json) => Memory {
  const given = new Map(options.sequenceDetectionOptions!.steps.map(step => [step.name, step.condition]))
  const steps = inOrder(options)!.map(step => {
    const condition = given.get(step.name)!
    return { ...step, holds: compileCondition(condition, names), asks: new Set(namesIn(condition).map(name => names.indexOf(name))) }
  })

  return (room, saved) => {
    const [logged, windows, times, everything] = (saved ?? []) as [number?, Json[]?, Held[][]?, Json?]
    let logs = logged ?? 0
    /** Each step looks at the queries of its own condition alone, in a window of its own. */
    const memories = steps.map((step, i) => createCounter({ window: step.window, aggregations }, room, windows?.[i] ?? undefined))
    const held = steps.map((_, i) => times?.[i] ?? [])
    /** Everything that matched, so that a signal knows what took part. */
    const all = createWindow({ window: Math.max(1, window), aggregations: aggregations.map(() => 'count') }, room, everything)

    /** The latest time of the step before that a time can follow; one log is not two steps. */
    function parentOf(chain: readonly Held[], [time, log]: Held, within: number): Held | undefined {
      const latest = chain.findLast(([earlier, other]) => earlier <= time && other !== log)
      return latest && time - latest[0] <= within ? latest : undefined
    }
    /** For each step those times at which all before it had been. */
    function chained(): Held[][] {
      const chains: Held[][] = []
      for (const [i, { within }] of steps.entries()) {
        const before = chains[i - 1]
        chains.push(before ? held[i]!.filter(one => parentOf(before, one, within)) : [...held[i]!])
      }
      return chains
    }
    const keysOf = (chains: Held[][]) => chains.map(chain => new Set(chain.map(([time, log]) => `${time} ${log}`)))
    /** What was chained after the log before: only what is chained since is news. */
    let known: Set<string>[] | undefined

    /** The times of the steps that led to one, first step first. */
    function wayTo(chains: Held[][], last: number, end: Held): number[] {
      const way = [end]
      for (let i = last; i > 0; i--) way.unshift(parentOf(chains[i - 1]!, way[0]!, steps[i]!.within)!)
      return way.map(([time]) => time)
    }

    /** The log made the step's condition hold, at its own time and at those of later logs that it reached. */
    function note(i: number, time: number): boolean {
      const list = held[i]!
      if (list.some(([known, log]) => known === time && log === logs)) return false
      let at = list.length
      while (at > 0 && list[at - 1]![0] > time) at--
      list.splice(at, 0, [time, logs])
      // of many one after the other the later say all that the earlier do; what is furthest from now can go
      if (list.length > most)
        list.splice(Math.abs(list[0]![0] - time) > Math.abs(list[list.length - 1]![0] - time) ? 0 : list.length - 1, 1)
      return true
    }

    return {
      add(hit: Hit) {
        logs++
        const before = (known ??= keysOf(chained()))
        let noted = false
        for (const [i, { holds, asks }] of steps.entries()) {
          const queries = hit.queries.filter(({ index }) => asks.has(index))
          if (queries.length === 0) continue
          for (const moment of memories[i]!.add({ ...hit, queries }).moments)
            if (holds(moment.values)) noted = note(i, moment.time) || noted
        }
        const windows = all.add(hit).moments
        if (!noted) return { hit, moments: [] }
        const chains = chained()
        known = keysOf(chains)
        const fresh = chains.flatMap((chain, step) =>
          chain.filter(([time, log]) => !before[step]!.has(`${time} ${log}`)).map(one => ({ step, one })),
        )
        const moments = fresh
          .toSorted((a, b) => a.one[0] - b.one[0] || a.step - b.step)
          .flatMap(({ step, one }) => {
            const window = windows.findLast(moment => moment.time <= one[0]) ?? windows[0]
            if (!window) return []
            const way = wayTo(chains, step, one)
            return {
              ...window,
              time: Math.max(window.time, one[0]),
              asked: steps.map((_, i) => (i <= step ? 1 : 0)),
              evidence: { steps: way.map((time, i) => ({ name: steps[i]!.name, time })) },
            }
          })
        return { hit, moments }
      },
      take: all.take,
      next: all.next,
      forget(time) {
        for (const memory of memories) memory.forget(time)
        for (const list of held) {
          let old = 0
          while (old < list.length && list[old]![0] + window <= time) old++
          if (old === 0) continue
          list.splice(0, old)
          known = undefined
        }
        const nothing = all.forget(time)
        return nothing && held.every(list => list.length === 0)
      },
      close() {
        for (const memory of memories) memory.close()
        all.close()
      },
      save: () => [logs, memories.map(memory => memory.save()), held, all.save()],
    }
  }
}
