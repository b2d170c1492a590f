import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** An IP set as the service keeps it. */
export interface IpSet {
  Name: string
  Id: string
  Scope: 'REGIONAL' | 'CLOUDFRONT'
  IPAddressVersion: 'IPV4' | 'IPV6'
  Description?: string
  Addresses: string[]
  lock: number
}
interface Keys {
  id: string
  secret: string
}

/**
 * As much of AWS WAF as an IP set needs, the way the service documents it: requests are signed (SigV4) over what they say, an update carries the lock
 * token of what it was read from and replaces all addresses, each a CIDR block and none a /0, 10,000 at most.
 */
export async function startAwsWaf(region: string, keys: Keys, sets: IpSet[]) {
  const asked: string[] = []
  /** Answers the next request of an action by itself, instead of the service. */
  const instead: { action: string; answer: () => [status: number, type: string] | undefined }[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const action = String(request.headers['x-amz-target']).replace('AWSWAF_20190729.', '')
    asked.push(action)
    const reply = (status: number, value: object) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify(value))
    }
    const wrong = (type: string, message = type, status = 400) => reply(status, { __type: `com.amazonaws.wafv2#${type}`, Message: message })
    const problem = signatureProblem(request, body, region, keys)
    if (problem) return wrong('InvalidSignatureException', problem)
    const at = instead.findIndex(one => one.action === action)
    const own = at < 0 ? undefined : instead.splice(at, 1)[0]!.answer()
    if (own) return wrong(own[1], own[1], own[0])
    const { Scope, Name, Id, LockToken, Addresses, Description } = JSON.parse(body) as Record<string, string> & { Addresses?: string[] }
    const set = sets.find(one => one.Id === Id && one.Name === Name && one.Scope === Scope)
    if (!set) return wrong('WAFNonexistentItemException')
    const token = () => `00000000-0000-4000-8000-${String(set.lock).padStart(12, '0')}`
    if (action === 'GetIPSet') {
      const { lock: _, Scope: __, ...IPSet } = set
      return reply(200, {
        IPSet: { ...IPSet, ARN: `arn:aws:wafv2:${region}:123456789012:regional/ipset/${Name}/${Id}` },
        LockToken: token(),
      })
    }
    if (action !== 'UpdateIPSet') return wrong('UnknownOperationException')
    if (LockToken !== token()) return wrong('WAFOptimisticLockException')
    if (!Addresses || Addresses.length > 10_000) return wrong('WAFLimitsExceededException')
    const isV6 = set.IPAddressVersion === 'IPV6'
    if (new Set(Addresses).size < Addresses.length) return wrong('WAFDuplicateItemException')
    const bad = Addresses.find(one => !/^[0-9a-f.:]+\/[1-9]\d{0,2}$/.test(one) || one.includes(':') !== isV6)
    if (bad !== undefined) return wrong('WAFInvalidParameterException', `Error reason: ${bad} is not a valid CIDR`)
    set.Addresses = Addresses
    set.Description = Description ?? ''
    set.lock++
    return reply(200, { NextLockToken: token() })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    /** Have the next request of an action answered with an error, or do something in front of it. */
    next: (action: string, answer: () => [status: number, type: string] | undefined) => void instead.push({ action, answer }),
    close: () => new Promise(resolve => server.close(resolve)),
  }
}

/** What is wrong with the signature of a request; undefined where nothing is. As in the service's "Create a signed AWS API request". */
function signatureProblem(request: IncomingMessage, body: string, region: string, { id, secret }: Keys): string | undefined {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/wafv2\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/
  const [, key, day = '', zone, names = '', signature] = form.exec(request.headers.authorization ?? '') ?? []
  if (key !== id || zone !== region) return 'The security token included in the request is invalid.'
  const signed = names.split(';')
  for (const name of ['host', 'x-amz-date', 'x-amz-target']) if (!signed.includes(name)) return `${name} is not signed`
  const date = String(request.headers['x-amz-date'])
  if (!date.startsWith(day)) return 'Date in Credential scope does not match'
  const sha = (given: string) => createHash('sha256').update(given).digest('hex')
  const hmac = (key: Buffer | string, given: string) => createHmac('sha256', key).update(given).digest()
  const headers = signed.map(name => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}\n`).join('')
  const canonical = [request.method, request.url, '', headers, names, sha(body)].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', date, `${day}/${region}/wafv2/aws4_request`, sha(canonical)].join('\n')
  const derived = [day, region, 'wafv2', 'aws4_request'].reduce<Buffer | string>((made, part) => hmac(made, part), `AWS4${secret}`)
  return hmac(derived, toSign).toString('hex') === signature ? undefined : 'The request signature we calculated does not match'
}
