import { expect, test } from 'vitest'
import { normalise } from '../../../daemon/intake/normalise.ts'
import type { Json } from '../../../shared/json.ts'

const read = (item: Json) => normalise(item, { stream: 'live' }, { now: Date.UTC(2026, 0, 1), zone: 0 })
const system = {
  Provider: { '#attributes': { Name: 'Microsoft-Windows-Sysmon' } },
  EventID: 1,
  Level: 3,
  TimeCreated: { '#attributes': { SystemTime: '2025-10-22T20:33:27.5Z' } },
  EventRecordID: 7,
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  Computer: 'pc-1',
}
const flat = {
  EventID: 1,
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  Provider_Name: 'Microsoft-Windows-Sysmon',
  Computer: 'pc-1',
  CommandLine: 'whoami /all',
}

test.each<[string, Json]>([
  ['evtx_dump', { Event: { '#attributes': { xmlns: 'x' }, System: system, EventData: { CommandLine: 'whoami /all' } } }],
  [
    'named values',
    {
      Event: {
        System: { ...system, EventID: { '#text': '1' } },
        EventData: { Data: [{ '#attributes': { Name: 'CommandLine' }, '#text': 'whoami /all' }] },
      },
    },
  ],
  ["Datadog's agent", { Event: { System: { ...system, EventID: '1' }, EventData: { Data: { CommandLine: 'whoami /all' } } } }],
  [
    'Winlogbeat',
    {
      '@timestamp': '2025-10-22T20:33:27.5Z',
      log: { level: 'warning' },
      level: 'warning',
      winlog: {
        event_id: '1',
        channel: 'Microsoft-Windows-Sysmon/Operational',
        provider_name: 'Microsoft-Windows-Sysmon',
        computer_name: 'pc-1',
        event_data: { CommandLine: 'whoami /all' },
      },
    },
  ],
])('%s comes to the flat form', (_, item) => {
  const log = read(item)
  expect(log).toMatchObject({
    source: 'windows.events',
    host: 'pc-1',
    status: 'warn',
    timestamp: Date.UTC(2025, 9, 22, 20, 33, 27, 500),
    attributes: flat,
  })
  expect(read(JSON.stringify(item)).attributes).toMatchObject(flat)
})

test("a new process in Windows' own audit has Sysmon's names too", () => {
  const data = { NewProcessName: 'C:\\a.exe', ParentProcessName: 'C:\\b.exe', CommandLine: 'a -x' }
  const log = read({ Event: { System: { ...system, EventID: 4688, Channel: 'Security' }, EventData: data } })
  expect(log.attributes).toMatchObject({ ...data, Image: 'C:\\a.exe', ParentImage: 'C:\\b.exe', EventID: 4688 })
})
test('what the sender said stands', () => {
  const log = read({
    ddsource: 'windows',
    hostname: 'mine',
    CommandLine: 'kept',
    Event: { System: system, EventData: { CommandLine: 'other', __proto__: 1 } },
  })
  expect(log).toMatchObject({ source: 'windows', host: 'mine', attributes: { CommandLine: 'kept' } })
})
test('data under names that are attributes of XML, and hostile keys, harm nothing', () => {
  const log = read(
    JSON.parse(
      '{"Event":{"System":{"EventID":5,"Channel":7,"Computer":null},"UserData":{"X":{"__proto__":{"a":1},"@xmlns":"y","Op":"z"}}}}',
    ) as Json,
  )
  expect(log.attributes).toMatchObject({ EventID: 5, Op: 'z' })
  expect(({} as { a?: number }).a).toBeUndefined()
})
