import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createDetector } from '../../daemon/detect/detector.ts'
import { type Read, readSigma } from '../../daemon/detect/sigma/import.ts'
import { normalise } from '../../daemon/intake/normalise.ts'
import type { Json, JsonObject } from '../../shared/json.ts'
import type { Log } from '../../shared/log.ts'
import type { Rule } from '../../shared/rule.ts'

const data = process.env['SIGNALBOX_REAL_DATA'] ?? '../shared/data'
const root = join(data, 'sigma')
const absent = !existsSync(root)
if (absent) console.warn(`\n*** SKIPPED: no Sigma rules at ${root}. Set SIGNALBOX_REAL_DATA to the folder that holds them. ***\n`)

const filesIn = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(ending))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()

const linesOf = (...path: string[]) =>
  readFileSync(join(data, ...path), 'utf8')
    .split(/\r?\n/)
    .filter(line => line !== '')

const report: Read[] = absent
  ? []
  : readSigma(
      ['rules', 'rules-emerging-threats', 'rules-threat-hunting']
        .flatMap(folder => filesIn(folder, '.yml'))
        .map(path => ({ path: relative(root, path), text: readFileSync(path, 'utf8') })),
    )
const rules = report.flatMap(({ rule }): Rule[] =>
  rule
    ? [
        {
          ...rule.payload,
          id: rule.id,
          version: 1,
          seq: 0,
          createdAt: 0,
          updatedAt: 0,
          creationAuthor: '',
          updateAuthor: '',
          isDefault: false,
          isDeleted: false,
        },
      ]
    : [],
)
const fileOf = new Map(report.map(({ rule, file }) => [rule?.id, file]))

let seq = 0
const toLog = (item: Json): Log => {
  seq++
  return { ...normalise(item, { stream: 'live' }, { now: Date.UTC(2026, 10, 1), zone: 0 }), id: `log-${seq}`, seq }
}
/** Ids of the rules that a log by itself raises signals of. */
function fired(logs: Log[], among: Rule[] = rules): Set<string> {
  const detector = createDetector()
  detector.setRules(among)
  for (const log of logs) detector.judge(log)
  return new Set(detector.takeChanges().signals.map(({ detection }) => detection.rule.id))
}

/** The objects of a file in which one stands after the other. */
function objectsIn(text: string): JsonObject[] {
  return text
    .trim()
    .split(/(?<=^\})\s*(?=\{)/m)
    .map(one => JSON.parse(one) as JsonObject)
}

describe.skipIf(absent)('SigmaHQ', () => {
  test('at least 95 % of the rules are imported without loss of meaning', () => {
    const reasons = report
      .filter(({ outcome }) => outcome !== 'imported')
      .map(({ file, losses, problem }) => `${file}: ${[...losses, problem?.message].join('; ')}`)
    console.log(`${report.length} rules, ${report.length - reasons.length} without loss\n${reasons.join('\n')}`)
    expect(report.length).toBeGreaterThan(600)
    expect(1 - reasons.length / report.length).toBeGreaterThanOrEqual(0.95)
  })

  const events = absent
    ? []
    : filesIn('regression_data', '.json').map(path => ({
        id: /id: (\S+)\n\s+title/.exec(readFileSync(join(dirname(path), 'info.yml'), 'utf8'))![1]!,
        path: relative(root, path),
        logs: objectsIn(readFileSync(path, 'utf8')).map(toLog),
      }))

  test('every event of a rule that is imported fires it', () => {
    const imported = events.filter(({ id }) => fileOf.has(id))
    expect(imported.length).toBeGreaterThan(60)
    expect(
      imported.flatMap(({ id, path, logs }) =>
        fired(
          logs,
          rules.filter(rule => rule.id === id),
        ).has(id)
          ? []
          : [path],
      ),
    ).toEqual([])
  })

  /** Recorded logs by the folders of the rules that may fire on them. */
  const recorded: [what: string, own: RegExp, logs: () => Log[]][] = [
    ['Windows', /windows|_win_|emerging|hunting/, () => events.flatMap(({ logs }) => logs)],
    ['sshd', /linux/, () => linesOf('loghub', 'OpenSSH', 'OpenSSH_2k.log').map(toLog)],
    ['Apache', /web/, () => linesOf('loghub', 'Apache', 'Apache_2k.log').map(toLog)],
    [
      'CloudTrail',
      /cloud.aws/,
      () =>
        readdirSync(join(data, 'stratus', 'docs', 'detonation-logs')).flatMap(name =>
          (JSON.parse(readFileSync(join(data, 'stratus', 'docs', 'detonation-logs', name), 'utf8')) as JsonObject[]).map(event =>
            toLog({ ...event, ddsource: 'cloudtrail' }),
          ),
        ),
    ],
  ]
  test.each(recorded)('on logs of %s no rule about another product fires', (_, own, logs) => {
    expect([...fired(logs())].map(id => fileOf.get(id)!).filter(file => !own.test(file))).toEqual([])
  })
})
