import { expect, test } from 'vitest'
import { bruteForcer, sshLog } from '../../../daemon/demo/ssh-log.ts'
import { senders } from '../../../daemon/demo/world.ts'
import { normalise } from '../../../daemon/intake/normalise.ts'
import { get } from '../../../shared/json.ts'
import { judge } from './judge.ts'

const now = Date.UTC(2025, 5, 3, 12)

test.each([[1], [2], [3], [2017]])('seed %i: 40 failed passwords of one address, 30 other addresses', async seed => {
  const lines = sshLog(now, seed)
  expect(lines).toEqual(sshLog(now, seed))
  const logs = lines.map(line => normalise(line, { stream: 'live' }, { now, zone: 0 }))
  const clients = logs.map(({ attributes }) => get(attributes, 'network', 'client', 'ip'))
  const failed = logs.filter(
    ({ attributes }) => get(attributes, 'evt', 'name') === 'authentication' && get(attributes, 'evt', 'outcome') === 'failure',
  )
  expect(failed.filter(({ message }) => message.includes(`from ${bruteForcer} port`))).toHaveLength(40)
  expect(new Set(clients.filter(client => client !== undefined && client !== bruteForcer)).size).toBe(30)
  const signals = await judge(
    lines.map((text, i) => ({ time: logs[i]!.timestamp, text, sender: senders.syslog })),
    now,
  )
  expect(signals.sort()).toEqual([`high default-ssh-brute-force ${bruteForcer}`, `medium default-ssh-invalid-users ${bruteForcer}`])
})
