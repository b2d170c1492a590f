import { describe, expect, test } from 'vitest'
import { createDetector } from '../../../daemon/detect/detector.ts'
import type { Mark } from '../../../daemon/store/detection.ts'
import type { Log } from '../../../shared/log.ts'
import { makeLog, makeRule, start } from './fixtures.ts'

const rules = [makeRule({ queries: [{ query: '*', groupByFields: ['@usr.name'] }], cases: [{ status: 'low', condition: 'a > 1' }] })]
const minutes = (time: number) => (time - start) / 60_000

/** A log of one user, received that many minutes after `start`; an import's is of 2005. */
function log(stream: string, at: number): Log {
  const { received, ...more } = makeLog(at * 60, { usr: { name: 'ann' } }, { stream })
  return { ...more, received, timestamp: stream === 'live' ? received : Date.UTC(2005, 5, 14) }
}

/** Judge logs, with a restart before each where that is asked for. Answers the streams of the groups that are left, the marks and the signals. */
function run(logs: Log[], restarts: boolean) {
  const states = new Map<string, string>()
  const marks = new Map<string, Mark>()
  const signals: string[] = []
  let detector = createDetector()
  detector.setRules(rules)
  for (const one of logs) {
    if (restarts) {
      detector = createDetector()
      detector.setRules(rules)
      const rows = [...states].map(([stream, state]) => ({ rule: 'rule-1', version: 1, stream, group: '["ann"]', state }))
      detector.restore(rows, { detectionOf: () => undefined, logOf: id => logs.find(log => log.id === id) }, [...marks.values()])
    }
    detector.judge(one)
    const changes = detector.takeChanges()
    for (const { stream, state } of changes.states) {
      if (state === null) states.delete(stream)
      else states.set(stream, state)
    }
    for (const mark of changes.watermarks) {
      if (mark.watermark === null) marks.delete(mark.stream)
      else marks.set(mark.stream, mark)
    }
    signals.push(...changes.signals.filter(({ opened }) => opened).map(({ detection }) => detection.stream))
  }
  const heard = Object.fromEntries([...marks.values()].map(({ stream, received }) => [stream, minutes(received)]))
  expect(detector.load()[0]!.groups).toBe(states.size)
  return { groups: [...states.keys()].toSorted(), heard, signals }
}

describe.each([false, true])('restarted before each log: %s', restarts => {
  test.each<[string, [string, number][], ReturnType<typeof run>]>([
    [
      'an import idle for an hour',
      [
        ['import-1', 0.5],
        ['live', 60.9],
      ],
      { groups: ['import-1', 'live'], heard: { 'import-1': 0, live: 60 }, signals: [] },
    ],
    [
      'idle for longer',
      [
        ['import-1', 0.5],
        ['live', 61],
      ],
      { groups: ['live'], heard: { live: 61 }, signals: [] },
    ],
    [
      'idle for longer while another import runs',
      [
        ['import-1', 0],
        ['import-2', 40],
        ['import-2', 80],
      ],
      { groups: ['import-2'], heard: { 'import-2': 80 }, signals: ['import-2'] },
    ],
    [
      'live logs never end',
      [
        ['live', 0],
        ['import-1', 600],
      ],
      { groups: ['import-1', 'live'], heard: { live: 0, 'import-1': 600 }, signals: [] },
    ],
    [
      'comes back and knows nothing of before',
      [
        ['import-1', 0],
        ['live', 61],
        ['import-1', 62],
        ['import-1', 122],
      ],
      { groups: ['import-1', 'live'], heard: { live: 61, 'import-1': 122 }, signals: ['import-1'] },
    ],
    [
      'the clock was a day ahead and is put right: from then on it counts',
      [
        ['import-1', 1440],
        ['live', 10],
        ['live', 70],
        ['live', 71],
      ],
      { groups: ['live'], heard: { live: 71 }, signals: ['live'] },
    ],
    [
      'the clock was an hour behind and is put right while an import runs',
      [
        ['import-1', 0],
        ['import-1', 61],
      ],
      { groups: ['import-1'], heard: { 'import-1': 61 }, signals: ['import-1'] },
    ],
  ])('%s', (_, logs, expected) =>
    expect(
      run(
        logs.map(([stream, at]) => log(stream, at)),
        restarts,
      ),
    ).toEqual(expected))
})

test('an import that ended and comes back with the same times: another signal', () => {
  const detector = createDetector()
  detector.setRules([makeRule({})])
  for (const one of [log('import-1', 0), log('live', 61), log('import-1', 62)]) detector.judge(one)
  const found = detector.takeChanges().signals.filter(({ detection }) => detection.stream !== 'live')
  expect(found.map(({ opened, detection }) => [opened, detection.first_seen])).toEqual(Array(2).fill([true, Date.UTC(2005, 5, 14)]))
  expect(new Set(found.map(({ id }) => id)).size).toBe(2)
})
