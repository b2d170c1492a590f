import { expect, test } from 'vitest'
import { doubtsAbout } from '../../../daemon/workflows/doubts.ts'
import type { Json } from '../../../shared/json.ts'

const known = {
  isUser: (named: string) => named === 'ada@example.com',
  isSecret: (name: string) => name === 'token',
  silent: (target: string) => (target === '@slack-soc' ? undefined : 'there is no channel'),
}
const doubts = (actionId: string, name: string, value: Json) =>
  doubtsAbout(
    {
      spec: {
        triggers: [],
        steps: [
          {
            name: 'a',
            actionId,
            parameters: [
              { name: 'other', value: '' },
              { name, value },
            ],
            outboundEdges: [],
          },
        ],
      },
    },
    known,
  )
const at = (inner: string, message: string) => [{ field: `spec.steps.0.parameters.1.value${inner}`, message }]

test.each<[action: string, parameter: string, value: Json, ReturnType<typeof at>]>([
  ['assign', 'assignee', 'nobody@x', at('', 'nobody here has the uuid or handle nobody@x')],
  ['create_case', 'assignee', 'nobody@x', at('', 'nobody here has the uuid or handle nobody@x')],
  ['declare_incident', 'commander', 'nobody@x', at('', 'nobody here has the uuid or handle nobody@x')],
  ['assign', 'assignee', 'ada@example.com', []],
  ['assign', 'assignee', '', []],
  ['assign', 'assignee', '{{ Trigger.who }}', []],
  ['notify', 'targets', ['@slack-soc', '@slack-none'], at('.1', '@slack-none is told nothing: there is no channel')],
  ['notify', 'targets', ['{{ Trigger.who }}'], []],
  ['http_request', 'headers', [{ name: 'authorization', value: 'Bearer {{ Secrets.nope }}' }], at('.0.value', 'there is no secret nope')],
  ['http_request', 'headers', [{ name: 'authorization', value: 'Bearer {{ Secrets.token }}' }], []],
  ['add_note', 'text', 'nobody@x', []],
])('%s %s %j', (action, parameter, value, expected) => expect(doubts(action, parameter, value)).toEqual(expected))
