import type { WorkflowStep } from '../../shared/workflow.ts'

/** Steps by name, which of them lead to each, and what comes before each of them. */
export interface Graph {
  steps: ReadonlyMap<string, WorkflowStep>
  before: ReadonlyMap<string, readonly { from: string; branch: string }[]>
}

export function graphOf(steps: readonly WorkflowStep[]): Graph {
  const before = new Map<string, { from: string; branch: string }[]>(steps.map(({ name }) => [name, []]))
  for (const { name, outboundEdges } of steps)
    for (const { nextStepName, branchName } of outboundEdges) before.get(nextStepName)?.push({ from: name, branch: branchName })
  return { steps: new Map(steps.map(step => [step.name, step])), before }
}

const nextOf = ({ steps }: Graph, name: string): string[] =>
  (steps.get(name)?.outboundEdges ?? []).flatMap(({ nextStepName }) => (steps.has(nextStepName) ? [nextStepName] : []))

/** The steps that can be reached from some, those included. */
export function reachable(graph: Graph, from: readonly string[]): Set<string> {
  const found = new Set<string>()
  const todo = [...from]
  for (let name = todo.pop(); name !== undefined; name = todo.pop())
    if (!found.has(name)) {
      found.add(name)
      todo.push(...nextOf(graph, name))
    }
  return found
}

/** A circle of steps, from one of them back to it; undefined where there is none. */
export function circleIn(graph: Graph): string[] | undefined {
  const done = new Set<string>()
  const walk = (name: string, path: string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
    if (done.has(name)) return undefined
    for (const next of nextOf(graph, name)) {
      const circle = walk(next, [...path, name])
      if (circle) return circle
    }
    done.add(name)
    return undefined
  }
  for (const name of graph.steps.keys()) {
    const circle = walk(name, [])
    if (circle) return circle
  }
  return undefined
}

/** The steps that come before one on some way. */
export function ancestors({ before }: Graph, name: string): Set<string> {
  const found = new Set<string>()
  const todo = (before.get(name) ?? []).map(({ from }) => from)
  for (let one = todo.pop(); one !== undefined; one = todo.pop())
    if (!found.has(one)) {
      found.add(one)
      todo.push(...(before.get(one) ?? []).map(({ from }) => from))
    }
  return found
}
