import type { RunState, StepRun, WorkflowSpec } from '../../shared/workflow.ts'
import { graphOf, reachable } from './graph.ts'

/** What a run does next; times are ms UTC. */
export type Next =
  | { do: 'begin'; step: string }
  /** No way leads to these any more. */
  | { do: 'skip'; steps: string[] }
  /** A waiting step has waited long enough. */
  | { do: 'wake'; step: string }
  /** Nothing before this time, or before somebody tells what became of a step. */
  | { do: 'wait'; until: number | null }
  | { do: 'end'; state: Exclude<RunState, 'running' | 'canceled'> }

const settled = new Set(['succeeded', 'skipped'])
const stopped = new Set(['failed', 'unknown'])

/** The steps of a new run: those that its first step leads to, and the rest left out. */
export function stepsOf(spec: WorkflowSpec, start: string): StepRun[] {
  const there = reachable(graphOf(spec.steps), [start])
  return spec.steps.map(({ name, actionId }) => ({ name, action: actionId, state: there.has(name) ? 'pending' : 'skipped' }))
}

/**
 * Decide what a run does next, by what has become of its steps. Whatever is decided is a function of these alone, so that a restart goes on
 * where it was. A step begins once all that can lead to it are over and one of them does (or all, by its gate); a failed one ends the run.
 */
export function nextOf(spec: WorkflowSpec, start: string, steps: readonly StepRun[], now: number): Next {
  const graph = graphOf(spec.steps)
  // a step that this trigger does not lead to leads nowhere
  const there = reachable(graph, [start])
  const runs = new Map(steps.map(step => [step.name, step]))
  const waiting = steps.filter(({ state }) => state === 'waiting')
  const due = waiting.find(({ until = Infinity }) => until <= now)
  const busy = steps.some(({ state }) => state === 'running')
  if (steps.some(({ state }) => stopped.has(state))) return busy ? { do: 'wait', until: null } : { do: 'end', state: 'failed' }
  if (due) return { do: 'wake', step: due.name }

  const skipped: string[] = []
  for (const { name, state } of steps) {
    if (state !== 'pending') continue
    if (name === start) return { do: 'begin', step: name }
    const ways = (graph.before.get(name) ?? [])
      .filter(({ from }) => there.has(from))
      .map(({ from, branch }) => ({ from: runs.get(from)!, branch }))
    if (!ways.every(({ from }) => settled.has(from.state))) continue
    const taken = ways.filter(({ from, branch }) => from.state === 'succeeded' && (from.branch ?? 'main') === branch)
    const all = graph.steps.get(name)!.readinessGate?.thresholdType === 'ALL'
    if (taken.length > 0 && (!all || taken.length === ways.length)) return { do: 'begin', step: name }
    skipped.push(name)
  }
  if (skipped.length > 0) return { do: 'skip', steps: skipped }
  if (busy) return { do: 'wait', until: null }
  if (waiting.length > 0) return { do: 'wait', until: Math.min(...waiting.map(({ until = Infinity }) => until)) }
  return { do: 'end', state: 'succeeded' }
}
