import { readSigma } from '../../daemon/detect/sigma/import.ts'
import { normalise } from '../../daemon/intake/normalise.ts'
import type { Json } from '../../shared/json.ts'
import type { NewLog } from '../../shared/log.ts'
import { type Rule, RulePayload } from '../../shared/rule.ts'
import { createRandom } from '../daemon/engine/random-logs.ts'

/** A rule as the store has it. */
export const stored = (payload: RulePayload, id: string): Rule => ({
  ...payload,
  id,
  version: 1,
  seq: 0,
  createdAt: 0,
  updatedAt: 0,
  creationAuthor: '',
  updateAuthor: '',
  isDefault: false,
  isDeleted: false,
})

const syllables = [
  'ba',
  'cor',
  'dex',
  'fil',
  'gor',
  'hak',
  'jin',
  'kel',
  'lom',
  'mur',
  'nex',
  'pol',
  'quar',
  'rix',
  'sut',
  'tor',
  'vel',
  'wen',
  'xan',
  'zor',
]
const random = createRandom(7)
const name = (parts = 3) => Array.from({ length: parts }, () => syllables[random.below(syllables.length)]).join('')
const names = (count: number) => Array.from({ length: count }, () => name())

type Detection = Record<string, Json>

/** How rules of each kind look: the log source, how many of 500, and what one detects. */
const kinds: { logsource: Record<string, string>; count: number; detection(): Detection }[] = [
  {
    logsource: { product: 'windows', category: 'process_creation' },
    count: 250,
    detection: () => ({
      img: [{ 'Image|endswith': [`\\${name()}.exe`, '\\powershell.exe'] }, { OriginalFileName: `${name()}.exe` }] as Json,
      cli: { 'CommandLine|contains|all': [` -${name(1)} `, name(2)] },
      some: { 'CommandLine|contains': names(4) },
      filter_main_parent: { 'ParentImage|endswith': [`\\${name()}.exe`, `\\${name()}.exe`] },
      condition: 'img and (cli or some) and not 1 of filter_main_*',
    }),
  },
  {
    logsource: { product: 'windows', category: 'file_event' },
    count: 40,
    detection: () => ({ selection: { 'TargetFilename|contains': names(3), 'Image|endswith': `\\${name()}.exe` }, condition: 'selection' }),
  },
  {
    logsource: { product: 'windows', category: 'registry_set' },
    count: 40,
    detection: () => ({
      selection: { 'TargetObject|contains': `\\${name()}\\`, 'Details|re': `${name(1)}[0-9]{2,5}$` },
      condition: 'selection',
    }),
  },
  {
    logsource: { product: 'windows', service: 'security' },
    count: 50,
    detection: () => ({ selection: { EventID: 4600 + random.below(300), SubjectUserName: name() }, condition: 'selection' }),
  },
  {
    logsource: { product: 'aws', service: 'cloudtrail' },
    count: 40,
    detection: () => ({ selection: { eventName: names(2), eventSource: `${name()}.amazonaws.com` }, condition: 'selection' }),
  },
  {
    logsource: { product: 'linux', service: 'sshd' },
    count: 20,
    detection: () => ({ keywords: names(3), condition: 'keywords' }),
  },
]

/** 440 Sigma rules, imported, and 60 of our own about sshd and nginx. */
export function manyRules(): Rule[] {
  const sigma = readSigma(
    kinds.flatMap(({ logsource, count, detection }, kind) =>
      Array.from({ length: count }, (_, i) => ({
        path: `${kind}-${i}.yml`,
        // JSON is YAML
        text: JSON.stringify({ title: `rule ${kind}-${i}`, id: `r-${kind}-${i}`, logsource, detection: detection() }),
      })),
    ),
  ).map(({ rule, problem }) => {
    if (!rule) throw new Error(problem?.message)
    return stored(rule.payload, rule.id)
  })
  const own = Array.from({ length: 60 }, (_, i) =>
    stored(
      RulePayload.parse({
        name: `own ${i}`,
        queries: [
          i % 2
            ? { query: `source:sshd @evt.outcome:failure @usr.name:${name()}`, groupByFields: ['@network.client.ip'] }
            : { query: `source:nginx @http.url:*${name()}*`, groupByFields: ['@network.client.ip'] },
        ],
        cases: [{ status: 'low', condition: 'a > 5' }],
      }),
      `own-${i}`,
    ),
  )
  return [...sigma, ...own]
}

/** Logs of a working day: every other one a new process on Windows, and one in a hundred of those something that rules look for. */
export function manyLogs(count: number): NewLog[] {
  const context = { now: Date.UTC(2026, 0, 2), zone: 0 }
  const read = (item: Json) => normalise(item, { stream: 'live' }, context)
  const programs = ['chrome', 'explorer', 'svchost', 'powershell', 'code', 'outlook', 'msedge', 'cmd', 'teams', 'git']
  const windows = (EventID: number, data: Record<string, Json>) =>
    read({
      Event: { System: { EventID, Channel: 'Microsoft-Windows-Sysmon/Operational', Computer: `pc-${random.below(40)}` }, EventData: data },
    })
  const path = () => `C:\\Program Files\\${name(2)}\\${random.pick(programs)}.exe`
  const process = () =>
    windows(1, {
      UtcTime: '2026-01-01 10:00:00.000',
      ProcessGuid: `0197231E-${random.below(1e9)}`,
      ProcessId: random.below(20_000),
      Image: path(),
      OriginalFileName: `${random.pick(programs)}.exe`,
      CommandLine: `"${path()}" --type=renderer --${name(2)}=${random.below(1e6)} ${names(6).join(' ')}`,
      CurrentDirectory: 'C:\\Windows\\System32\\',
      User: `CORP\\${name(2)}`,
      IntegrityLevel: 'Medium',
      Hashes: `MD5=${random.below(1e9).toString(16)},SHA256=${random.below(1e9).toString(16).repeat(8)}`,
      ParentImage: path(),
      ParentCommandLine: `"${path()}" ${name()}`,
    })
  const others = [
    () => windows(11, { Image: path(), TargetFilename: `C:\\Users\\${name(2)}\\AppData\\${name()}.tmp` }),
    () => windows(13, { Image: path(), TargetObject: `HKLM\\Software\\${name()}\\${name()}`, Details: 'DWORD (0x00000001)' }),
    () =>
      read({
        ddsource: 'cloudtrail',
        eventName: 'DescribeInstances',
        eventSource: 'ec2.amazonaws.com',
        userIdentity: { arn: `arn:aws:iam::1:user/${name(2)}` },
      }),
    () =>
      read(
        `Jan  1 10:00:0${random.below(10)} gate sshd[${random.below(9999)}]: Failed password for ${name(2)} from 192.0.2.${random.below(255)} port 5022 ssh2`,
      ),
    () =>
      read({
        ddsource: 'nginx',
        message: `192.0.2.${random.below(255)} - - [01/Jan/2026:10:00:00 +0000] "GET /${name()}/${name()}?q=${name()} HTTP/1.1" 200 512 "-" "Mozilla/5.0"`,
      }),
  ]
  return Array.from({ length: count }, (_, i) => (i % 2 ? process() : others[(i >> 1) % others.length]!()))
}
