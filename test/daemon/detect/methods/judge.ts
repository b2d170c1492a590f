import { createDetector } from '../../../../daemon/detect/detector.ts'
import type { JsonObject } from '../../../../shared/json.ts'
import type { Log } from '../../../../shared/log.ts'
import type { Rule } from '../../../../shared/rule.ts'
import type { Detection } from '../../../../shared/signal.ts'
import { makeLog, start } from '../fixtures.ts'

export const minute = 60
export const hour = 3600
export const day = 86_400

/** Final signals of a run in the order they opened. */
export function judge(rules: Rule | Rule[], logs: Log[]): Detection[] {
  const detector = createDetector()
  detector.setRules([rules].flat())
  for (const { problem } of detector.load()) if (problem) throw problem
  for (const log of logs) detector.judge(log)
  return detector.takeChanges().signals.map(({ detection }) => detection)
}

/** Seconds after the start of the tests. */
export const seconds = (time: number) => (time - start) / 1000

/** A log of a user, so many seconds after the start. */
export const ofUser = (at: number, name: string, attributes: JsonObject = {}, more: Partial<Log> = {}) =>
  makeLog(at, { usr: { name }, ...attributes }, more)

/** The same signals whether or not the detector dies after each log. */
export function survives(rules: Rule | Rule[], logs: Log[]): boolean {
  const rows = new Map<string, Parameters<ReturnType<typeof createDetector>['restore']>[0] extends Iterable<infer T> ? T : never>()
  const signals: Record<string, Detection> = {}
  const marks = new Map<string, { stream: string; watermark: number | null; received: number }>()
  for (const log of logs) {
    const detector = createDetector()
    detector.setRules([rules].flat())
    detector.restore([...rows.values()], { detectionOf: id => signals[id], logOf: id => logs.find(one => one.id === id) }, [
      ...marks.values(),
    ])
    detector.judge(log)
    const changes = detector.takeChanges()
    for (const row of changes.states) {
      const key = JSON.stringify([row.rule, row.stream, row.group])
      if (row.state === null) rows.delete(key)
      else rows.set(key, row)
    }
    for (const mark of changes.watermarks) marks.set(mark.stream, mark)
    for (const { id, detection } of changes.signals) signals[id] = JSON.parse(JSON.stringify(detection)) as Detection
  }
  return JSON.stringify(Object.values(signals)) === JSON.stringify(judge(rules, logs))
}
