import type { Channel } from '../../shared/notice.ts'
import { isChannelName } from '../../shared/notice.ts'
import type { Workflow } from '../../shared/workflow.ts'
import type { ChannelKind } from '../lib/kinds.ts'
import { channelKinds } from './channels/index.ts'

/** What a target means. `channel` is how the channel itself is called: a target may be one of many addresses behind one. */
export interface Target {
  kind: ChannelKind
  recipient: string
  channel: string
}

const address = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i

/** Read `@slack-soc`, `@soc@example.com` or `@browser`; undefined where it is none. */
export function readTarget(text: string): Target | undefined {
  if (!text.startsWith('@')) return undefined
  const rest = text.slice(1)
  for (const kind of channelKinds) {
    const name = rest.startsWith(`${kind.kind}-`) ? rest.slice(kind.kind.length + 1) : ''
    if (kind.target === 'name' && isChannelName(name)) return { kind, recipient: name, channel: text }
    if (kind.target === 'kind' && rest === kind.kind) return { kind, recipient: '', channel: text }
    if (kind.target === 'address' && rest.length <= 254 && address.test(rest)) return { kind, recipient: rest, channel: `@${kind.kind}` }
  }
  return undefined
}

/** What is wrong with a target of a step; undefined where it is nothing. A workflow that begins workflows would never end. */
export function wrongTarget(text: string): string | undefined {
  const kind = readTarget(text)?.kind
  if (kind?.kind === 'workflow') return 'begins a workflow: a step cannot'
  return kind ? undefined : `must be one of ${targetForms()}`
}

/** Why a target is told nothing, with these channels and workflows; undefined where it is told. */
export function silentTarget(channels: readonly Channel[], workflows: readonly Workflow[]): (text: string) => string | undefined {
  const there = new Set(channels.filter(({ enabled }) => enabled).map(targetOf))
  return text => {
    const target = readTarget(text)
    if (target?.kind.kind === 'workflow') {
      const workflow = workflows.find(({ handle }) => handle === target.recipient)
      if (!workflow?.published) return `there is no workflow ${target.recipient}, or it is not published`
      const has = workflow.spec.triggers.some(({ securityTrigger }) => securityTrigger)
      return has ? undefined : `the workflow ${target.recipient} has no securityTrigger`
    }
    if (!target || target.kind.builtIn || there.has(target.channel)) return undefined
    return `there is no channel ${target.channel}, or it is off`
  }
}

/** How rules call a channel, or what all who are told by it share. */
export const targetOf = ({ kind, name }: Pick<Channel, 'kind' | 'name'>): string =>
  kindOf(kind)?.target === 'name' ? `@${kind}-${name}` : `@${kind}`

export const kindOf = (name: string): ChannelKind | undefined => channelKinds.find(({ kind }) => kind === name)

/** The forms of targets, for whoever wrote another one. */
export const targetForms = (): string =>
  channelKinds
    .map(({ kind, target }) => (target === 'name' ? `@${kind}-NAME` : target === 'kind' ? `@${kind}` : '@somebody@example.com'))
    .join(', ')
