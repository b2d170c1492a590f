import type { Log } from '../../shared/log.ts'
import { createRandom, type Random } from '../daemon/engine/random-logs.ts'

// The work that the engine is measured by: web, ssh, cloud and cluster logs of a month, about 1 kB each, skewed as real ones are.
export const begin = Date.UTC(2026, 9, 1)
export const span = 30 * 86_400_000

const names =
  'alpha bravo copper delta ember falcon granite harbor indigo jasper kestrel lumen marble nectar onyx pepper quartz raven saffron timber umber violet willow xenon yarrow zephyr'.split(
    ' ',
  )
const services =
  'web-store payments auth-service checkout search inventory gateway billing profile media recommend shipping ledger notify sessions edge graphql export import scheduler risk fraud kyc catalog pricing coupons reviews tax mailer audit reports chat support partner feeds geo flags vault backup legacy'.split(
    ' ',
  )
const countries = 'US DE FR GB CN RU NL BR IN JP VN KR CA SE PL UA TR IR SG AU'.split(' ')
const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-south-1']
const browsers = ['Chrome', 'Firefox', 'Safari', 'Edge', 'curl', 'python-requests', 'Go-http-client', 'sqlmap', 'Googlebot', 'okhttp']
const events =
  'ConsoleLogin:signin AssumeRole:sts GetObject:s3 PutObject:s3 ListBuckets:s3 CreateUser:iam AttachUserPolicy:iam CreateAccessKey:iam DescribeInstances:ec2 RunInstances:ec2 Decrypt:kms GetSecretValue:secretsmanager StopLogging:cloudtrail DeleteTrail:cloudtrail GetCallerIdentity:sts PutBucketPolicy:s3 ListUsers:iam'
    .split(' ')
    .map(pair => pair.split(':') as [string, string])
const users = Array.from({ length: 5000 }, (_, i) => ['root', 'admin', 'ubuntu', 'deploy', 'postgres', 'jenkins'][i] ?? `user_${i}`)
const agents = Array.from({ length: 300 }, (_, i) => {
  const family = browsers[i % 100 === 37 ? 7 : i % 9 >= 7 ? (i % 9) + 1 : i % 9]!
  return {
    family,
    text: `Mozilla/5.0 (X11; Linux x86_64; rv:${60 + (i % 70)}.0) AppleWebKit/537.${i} ${family}/${90 + (i % 40)}.0.${i * 13}.${i % 7}`,
  }
})
const urls = Array.from({ length: 3000 }, (_, i) =>
  i % 97 === 5
    ? '/wp-login.php'
    : i % 89 === 4
      ? `/${names[i % 26]}/.env`
      : `/api/v${1 + (i % 3)}/${names[i % 26]}/${names[(i * 7 + 3) % 26]}/${i}`,
)

/** The address of a rank: few are seen often, most hardly ever. */
export function addressOf(rank: number): string {
  const mixed = Math.imul(rank + 7, 2654435761) >>> 0
  return `${((mixed >>> 24) % 223) + 1}.${(mixed >>> 16) & 255}.${(mixed >>> 8) & 255}.${mixed & 255}`
}

function zipf(random: Random, n: number, s: number): number {
  const e = 1 - s
  return Math.min(n - 1, Math.floor((random.next() * (n ** e - 1) + 1) ** (1 / e)) - 1)
}

/** A log as the store has it, but for what the daemon adds when it comes in. */
export type MadeLog = Omit<Log, 'id' | 'received'>

/** Log `i` of `count`, always the same one. */
export function logAt(i: number, count: number): MadeLog {
  const random = createRandom(Math.imul(i + 1, 0x9e3779b1) ^ 0x5eed1234)
  const rank = zipf(random, 200_000, 1.05)
  const ip = addressOf(rank)
  const hostNumber = zipf(random, 200, 0.6)
  const userNumber = zipf(random, users.length, 1.02)
  const user = users[userNumber]!
  const port = 1024 + random.below(64_000)
  const env = random.chance(0.7) ? 'prod' : random.chance(0.66) ? 'staging' : 'dev'
  const list = [
    ip,
    ...(random.chance(0.45) ? [`10.${hostNumber % 8}.${hostNumber}.${(hostNumber * 7) % 250}`] : []),
    ...(random.chance(0.15) ? [addressOf(zipf(random, 200_000, 1.05))] : []),
  ]
  const service = services[zipf(random, 40, 0.9)]!
  const traceId = random.below(2 ** 32).toString(16) + i.toString(16)
  const intel = rank % 64 === 11 || random.chance(0.004)
  const base = {
    network: {
      client: { ip, port, geoip: { country: { iso_code: countries[(rank * 7) % 20]! }, as: { number: 1000 + (rank % 900) } } },
      ip: { list },
      bytes_read: 200 + random.below(50_000),
    },
    usr: { name: user, id: `u-${userNumber}` },
    cloud: { region: regions[hostNumber % 5]!, account: `12345${hostNumber % 9}` },
    team: names[hostNumber % 8]!,
    version: `v${1 + (hostNumber % 4)}.${i % 3}.0`,
    trace_id: traceId,
    ...(intel && {
      threat_intel: {
        indicators_matched: ['ip'],
        results: { source: rank & 1 ? 'abuse.ch' : 'spamhaus', category: rank & 2 ? 'scanner' : 'botnet', confidence: 50 + (rank % 50) },
      },
    }),
  }
  const common = {
    seq: i + 1,
    stream: 'live',
    timestamp: Math.floor(begin + (i * span) / count - random.next() * 5000) + 5000,
    host: `i-${(Math.imul(hostNumber + 3, 2246822519) >>> 0).toString(16).padStart(8, '0')}`,
    tags: [`env:${env}`],
  }
  const kind = random.next()
  if (kind < 0.3) {
    const ok = random.chance(0.25)
    const key = random.chance(0.3) ? 'publickey' : 'password'
    const invalid = !ok && random.chance(0.4)
    const message = ok
      ? `Accepted ${key} for ${user} from ${ip} port ${port} ssh2: session opened by pam_unix(uid=0) rhost=${ip} tty=ssh ruser=`
      : `Failed ${key} for ${invalid ? 'invalid user ' : ''}${user} from ${ip} port ${port} ssh2; pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${ip}${random.chance(0.2) ? ' PAM 2 more authentication failures; maximum attempts exceeded' : ''}`
    return {
      ...common,
      source: 'sshd',
      service: random.chance(0.8) ? 'sshd' : 'bastion',
      status: ok ? 'info' : 'warn',
      message,
      attributes: {
        ...base,
        evt: { name: 'authentication', outcome: ok ? 'success' : 'failure' },
        process: { name: 'sshd', pid: 1000 + random.below(60_000) },
        ssh: { auth_method: key, invalid_user: invalid },
      },
    }
  }
  if (kind < 0.75) {
    const url = urls[zipf(random, urls.length, 0.95)]!
    const agent = agents[zipf(random, agents.length, 0.8)]!
    const method = random.pick(['GET', 'GET', 'GET', 'GET', 'GET', 'GET', 'POST', 'POST', 'PUT', 'DELETE'])
    const share = random.next()
    const code = [
      [0.8, 200],
      [0.84, 301],
      [0.87, 304],
      [0.9, 401],
      [0.925, 403],
      [0.965, 404],
      [0.975, 429],
      [0.99, 500],
      [1, 503],
    ].find(([below]) => share < below!)![1]!
    const bytes = 300 + random.below(90_000)
    const referer = random.chance(0.5) ? '-' : `https://shop.example.com/${names[userNumber % 26]}`
    return {
      ...common,
      source: 'nginx',
      service,
      status: code >= 500 ? 'error' : code >= 400 ? 'warn' : 'info',
      message: `${ip} - ${user} "${method} ${url} HTTP/1.1" ${code} ${bytes} "${referer}" "${agent.text}"`,
      attributes: {
        ...base,
        evt: { name: 'http_request', outcome: code >= 400 ? 'failure' : 'success' },
        http: {
          status_code: code,
          method,
          url: `https://shop.example.com${url}${random.chance(0.3) ? `?q=${random.pick(names)}&page=${random.below(50)}` : ''}`,
          url_details: { path: url },
          useragent: agent.text,
          useragent_details: { browser: { family: agent.family } },
          version: '1.1',
          referer,
        },
        bytes_written: bytes,
        duration: 1e6 + random.below(9e8),
      },
    }
  }
  if (kind < 0.95) {
    const [name, source] = events[zipf(random, events.length, 0.7)]!
    const error = random.chance(0.08) ? random.pick(['AccessDenied', 'UnauthorizedOperation', 'Client.InvalidParameter']) : undefined
    const arn = `arn:aws:iam::12345${hostNumber % 9}:user/${user}`
    const bucket = `bkt-${names[userNumber % 26]}-${hostNumber % 9}`
    return {
      ...common,
      source: 'cloudtrail',
      service: 'cloudtrail',
      status: error ? 'error' : 'info',
      message: `${name} on ${source}.amazonaws.com by ${arn} from ${ip} ${error ? `denied with ${error}: user is not authorized to perform this action` : `completed successfully requestId ${traceId}`}`,
      attributes: {
        ...base,
        evt: { name, outcome: error ? 'failure' : 'success' },
        eventSource: `${source}.amazonaws.com`,
        eventVersion: '1.08',
        userIdentity: {
          type: random.chance(0.6) ? 'AssumedRole' : 'IAMUser',
          arn,
          accessKeyId: `AKIA${userNumber.toString(36).toUpperCase().padStart(8, '0')}`,
        },
        userAgent: agents[userNumber % 300]!.text,
        ...(error && { errorCode: error }),
        requestParameters: { bucketName: bucket, key: `obj/${i % 9973}` },
        resources: [
          { type: 'bucket', name: bucket },
          { type: 'role', name: `role-${userNumber % 97}` },
        ],
        readOnly: /^(Get|List|Describe)/.test(name),
      },
    }
  }
  const level = random.next()
  const status = level < 0.1 ? 'error' : level < 0.3 ? 'warn' : 'info'
  const [verb, resource] = [['get', 'list', 'create', 'delete'][(i >> 2) & 3]!, ['pods', 'secrets', 'configmaps', 'deployments'][i & 3]!]
  return {
    ...common,
    source: 'kubernetes',
    service,
    status,
    message: `level=${status} msg="${verb} ${resource} in namespace ${names[userNumber % 12]} by serviceaccount ${service}" latency=${random.below(900)}ms ${level < 0.1 ? 'error: upstream request timed out after retries' : ''}`,
    attributes: {
      ...base,
      evt: { name: 'k8s_audit', outcome: 'success' },
      kube: { namespace: names[userNumber % 12]!, pod: `${service}-${(i % 997).toString(36)}`, container: service },
      objectRef: { resource, verb },
      ...(level < 0.1 && { error: { kind: 'TimeoutException', message: `upstream ${services[userNumber % 40]} timed out` } }),
    },
  }
}
