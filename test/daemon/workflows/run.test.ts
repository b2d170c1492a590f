import { expect, test } from 'vitest'
import { type Next, nextOf, stepsOf } from '../../../daemon/workflows/run.ts'
import type { StepRun, StepState, WorkflowSpec } from '../../../shared/workflow.ts'

/** `a>b c>d:true` as a definition; `&` before a step: all that lead to it have to. */
function specOf(...lines: string[]): WorkflowSpec {
  const names = [
    ...new Set(
      lines
        .join(' ')
        .match(/&?[a-z]+(?=>|:|\s|$)/g)!
        .map(name => name.replace('&', '')),
    ),
  ].filter(name => !['true', 'false'].includes(name))
  const edges = lines
    .join(' ')
    .split(' ')
    .filter(line => line.includes('>'))
  return {
    triggers: [],
    steps: names.map(name => ({
      ...{ name, actionId: 'condition', parameters: [] },
      outboundEdges: edges
        .filter(edge => edge.startsWith(`${name}>`))
        .map(edge => {
          const [next = '', branchName = 'main'] = edge
            .slice(name.length + 1)
            .replace('&', '')
            .split(':')
          return { nextStepName: next, branchName }
        }),
      ...(edges.some(edge => edge.includes(`>&${name}`)) && { readinessGate: { thresholdType: 'ALL' as const } }),
    })),
  }
}
const run = (spec: WorkflowSpec, states: Record<string, StepState | Partial<StepRun>>): StepRun[] =>
  stepsOf(spec, 'a').map(step => {
    const said = states[step.name]
    return { ...step, ...(typeof said === 'string' ? { state: said } : said) }
  })

test.each<[what: string, lines: string, states: Record<string, StepState | Partial<StepRun>>, next: Next]>([
  ['nothing is done', 'a>b', {}, { do: 'begin', step: 'a' }],
  ['the first is done', 'a>b', { a: 'succeeded' }, { do: 'begin', step: 'b' }],
  ['all is done', 'a>b', { a: 'succeeded', b: 'succeeded' }, { do: 'end', state: 'succeeded' }],
  ['one failed', 'a>b', { a: 'failed' }, { do: 'end', state: 'failed' }],
  ['one is unknown', 'a>b', { a: 'unknown' }, { do: 'end', state: 'failed' }],
  ['one failed while another goes on', 'a>b a>c', { a: 'succeeded', b: 'failed', c: 'running' }, { do: 'wait', until: null }],
  ['one goes on', 'a>b', { a: 'running' }, { do: 'wait', until: null }],
  ['one waits', 'a>b', { a: { state: 'waiting', until: 500 } }, { do: 'wait', until: 500 }],
  ['one has waited', 'a>b', { a: { state: 'waiting', until: 100 } }, { do: 'wake', step: 'a' }],
  [
    'two wait',
    'a>b a>c',
    { a: 'succeeded', b: { state: 'waiting', until: 900 }, c: { state: 'waiting', until: 500 } },
    { do: 'wait', until: 500 },
  ],
  ['the other way was taken', 'a>b:true a>c:false', { a: { state: 'succeeded', branch: 'false' } }, { do: 'begin', step: 'c' }],
  [
    'and the other is over',
    'a>b:true a>c:false',
    { a: { state: 'succeeded', branch: 'false' }, c: 'succeeded' },
    { do: 'skip', steps: ['b'] },
  ],
  [
    'one of two ways leads on',
    'a>b:true a>c:false b>d c>d',
    { a: { state: 'succeeded', branch: 'true' }, b: 'succeeded', c: 'skipped' },
    { do: 'begin', step: 'd' },
  ],
  [
    'one of two ways is not enough',
    'a>b:true a>c:false b>&d c>&d',
    { a: { state: 'succeeded', branch: 'true' }, b: 'succeeded', c: 'skipped' },
    { do: 'skip', steps: ['d'] },
  ],
  ['what is not over yet is waited for', 'a>b a>c b>d c>d', { a: 'succeeded', b: 'succeeded', c: 'running' }, { do: 'wait', until: null }],
])('%s: %s', (_, lines, states, next) => {
  const spec = specOf(lines)
  expect(nextOf(spec, 'a', run(spec, states), 100)).toEqual(next)
})

test('steps that the trigger does not lead to are left out from the start, and lead nowhere', () => {
  const spec = specOf('a>b x>b')
  const steps = stepsOf(spec, 'a')
  expect(steps.map(({ name, state }) => `${name} ${state}`)).toEqual(['a pending', 'b pending', 'x skipped'])
  expect(nextOf(spec, 'a', run(spec, { a: 'succeeded', x: 'skipped' }), 0)).toEqual({ do: 'begin', step: 'b' })
})
