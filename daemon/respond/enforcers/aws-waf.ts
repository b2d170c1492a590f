import type { IPSet, WAFV2Client, WAFV2ClientConfig } from '@aws-sdk/client-wafv2'
import { z } from 'zod'
import { printSpan, readSpan } from '../../../shared/span.ts'
import { defineEnforcer, type Pushed, type Pushing } from '../../lib/kinds.ts'
import { checkedUrl, type Outbound } from '../../lib/outbound.ts'

/** Addresses and blocks that one IP set holds at most: the service's own limit. */
const most = 10_000
/** How often an update is begun again because somebody else changed the set meanwhile. */
const tries = 6

const arn = /^arn:aws[\w-]*:wafv2:([a-z0-9-]+):\d{12}:(regional|global)\/ipset\/([\w-]{1,128})\/([\w-]{1,36})$/
const Set_ = z.string().regex(arn, 'must be the ARN of an IP set: arn:aws:wafv2:<region>:<account>:regional/ipset/<name>/<id>')
const Options = z.strictObject({
  ipv4_set: Set_.optional(),
  ipv6_set: Set_.optional(),
  endpoint: z.string().max(2000).refine(isAddress, 'must be an http(s) address').optional(),
})
type Options = z.output<typeof Options>

/**
 * IP sets of AWS WAF, which its rules block by. Everything in a set that is not ours stays as it is. Without keys it goes by what the machine has:
 * environment, profile, role.
 */
export const awsWaf = defineEnforcer({
  kind: 'aws-waf',
  label: 'AWS WAF IP sets',
  options: Options,
  secrets: ['access_key_id', 'secret_access_key', 'session_token'],
  holds: ({ ipv4_set, ipv6_set }) => ({ v4: ipv4_set !== undefined, v6: ipv6_set !== undefined, ranges: true, users: false }),
  place: options =>
    setsOf(options)
      .map(({ region, name }) => `${region}/${name}`)
      .join(' '),
  async push(pushing) {
    const done: Pushed = { ours: [], theirs: [], left: [] }
    for (const set of setsOf(pushing.options)) {
      const wanted = pushing.wanted.filter(value => value.includes(':') === (set.version === 'IPV6'))
      const { ours, theirs, left } = await bring(set, wanted, pushing)
      done.ours.push(...ours)
      done.theirs.push(...theirs)
      done.left.push(...left)
    }
    return done
  },
})

interface IpSet {
  version: 'IPV4' | 'IPV6'
  region: string
  Scope: 'REGIONAL' | 'CLOUDFRONT'
  name: string
  id: string
}
const setsOf = ({ ipv4_set, ipv6_set }: Options): IpSet[] =>
  (
    [
      ['IPV4', ipv4_set],
      ['IPV6', ipv6_set],
    ] as const
  ).flatMap(([version, text]) => {
    const [, region, scope, name, id] = arn.exec(text ?? '') ?? []
    return region === undefined
      ? []
      : [{ version, region, Scope: scope === 'global' ? 'CLOUDFRONT' : 'REGIONAL', name: name!, id: id! } as const]
  })

/** Bring one set to what is wanted: read it with its lock token, and write it whole; again where somebody else came first. */
async function bring(set: IpSet, wanted: readonly string[], pushing: Pushing<Options>): Promise<Pushed> {
  // a good part of a second to load, for those who have such a set
  const { WAFV2Client, GetIPSetCommand, UpdateIPSetCommand } = await import('@aws-sdk/client-wafv2')
  const client: WAFV2Client = new WAFV2Client(configOf(set, pushing))
  const { Scope, name: Name, id: Id } = set
  const mine = new Set(pushing.ours)
  try {
    for (let tried = 1; ; tried++) {
      const { IPSet, LockToken } = await client.send(new GetIPSetCommand({ Scope, Name, Id }), { abortSignal: pushing.signal })
      if (IPSet?.IPAddressVersion !== set.version)
        throw new Error(`${Name} is a set for ${IPSet?.IPAddressVersion}, not for ${set.version}`)
      const { addresses, added, removed, ...pushed } = next(IPSet, wanted, mine)
      if (added.length === 0 && removed === 0) return pushed
      await pushing.adding(added)
      // an update that nobody heard of may have been done
      for (const value of added) mine.add(value)
      try {
        // the description goes where it is not sent along
        const Description = IPSet.Description || undefined
        await client.send(new UpdateIPSetCommand({ Scope, Name, Id, LockToken, Addresses: addresses, Description }), {
          abortSignal: pushing.signal,
        })
        return pushed
      } catch (error) {
        if ((error as Error).name !== 'WAFOptimisticLockException' || tried === tries) throw error
        await pushing.wait(100 * 2 ** tried * (0.5 + Math.random() / 2))
      }
    }
  } finally {
    client.destroy()
  }
}

/** What the set is to hold: what others have put there as they wrote it, and what is wanted, the oldest first, as far as there is room. */
function next({ Addresses = [] }: IPSet, wanted: readonly string[], mine: ReadonlySet<string>) {
  const there = new Map(Addresses.map(text => [normal(text), text]))
  const isWanted = new Set(wanted)
  const foreign = [...there].filter(([value]) => !mine.has(value))
  const kept = wanted.filter(value => mine.has(value) && there.has(value))
  const theirs = wanted.filter(value => !mine.has(value) && there.has(value))
  const room = Math.max(0, most - foreign.length - kept.length)
  const lacking = wanted.filter(value => !there.has(value))
  const added = lacking.slice(0, room)
  const ours = [...kept, ...added]
  return {
    addresses: [...foreign.map(([, text]) => text), ...ours.map(value => there.get(value) ?? asBlock(value))],
    added,
    removed: [...there.keys()].filter(value => mine.has(value) && !isWanted.has(value)).length,
    ours,
    theirs,
    left: lacking.slice(room),
  }
}

/** The service writes an address as a block of one. */
const normal = (text: string): string => {
  const span = readSpan(text)
  return span ? printSpan(span) : text
}
const asBlock = (value: string): string => (value.includes('/') ? value : `${value}/${value.includes(':') ? 128 : 32}`)

function configOf({ region }: IpSet, { options: { endpoint }, secrets, outbound }: Pushing<Options>): WAFV2ClientConfig {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token: sessionToken } = secrets
  return {
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      }),
    maxAttempts: 3,
    requestHandler: handlerOver(outbound),
  }
}

interface Sent {
  protocol: string
  hostname: string
  port?: number
  path: string
  headers: Record<string, string>
  body?: string
}
/** The library's requests go out by the one way that there is. */
const handlerOver = (outbound: Outbound) => ({
  async handle(request: unknown, { abortSignal }: { abortSignal?: unknown } = {}) {
    const { protocol, hostname, port, path, headers, body } = request as Sent
    const { status, ...answer } = await outbound(`${protocol}//${hostname}${port ? `:${port}` : ''}${path}`, {
      method: 'POST',
      headers,
      ...(body !== undefined && { body }),
      maxBytes: 4 * 2 ** 20,
      timeout: 30_000,
      ...(abortSignal instanceof AbortSignal && { signal: abortSignal }),
    })
    return { response: { statusCode: status, reason: '', headers: answer.headers, body: answer.body } as never }
  },
})

function isAddress(text: string): boolean {
  try {
    return checkedUrl(text) !== undefined
  } catch {
    return false
  }
}
