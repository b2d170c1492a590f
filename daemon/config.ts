import { homedir, platform as thisPlatform } from 'node:os'
import { join } from 'node:path'
import { Address4, Address6 } from 'ip-address'
import { z } from 'zod'

export const defaultPort = 7420

/** Where an application keeps its data on this platform. */
export function defaultDataDir(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = thisPlatform()): string {
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Signalbox')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Signalbox')
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'signalbox')
}

/** What is wrong with how the daemon or a command was called. */
export class UsageError extends Error {}

/** Whether a name to listen on reaches this machine alone. */
function isLoopback(host: string): boolean {
  if (Address4.isValid(host)) return new Address4(host).isLoopback()
  return host === 'localhost' || (Address6.isValid(host) && new Address6(host).isLoopback())
}
const Secret = z.string().min(32, 'must be at least 32 characters').max(512)

const Config = z.object({
  data: z.string().min(1),
  port: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(0, 'must be 0 to 65535')
    .max(65535, 'must be 0 to 65535'),
  host: z.string(),
  tlsCert: z.string().optional(),
  tlsKey: z.string().optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error'], { error: 'must be debug, info, warn or error' }),
  demo: z.boolean(),
  readOnly: z.boolean(),
  apiKey: Secret.optional(),
  appKey: Secret.optional(),
})
export type Config = z.output<typeof Config>

/** Flags of `signalbox start`, as `util.parseArgs` takes them. Keys are never among them: other users can read a command line. */
export const startFlags = {
  data: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'log-level': { type: 'string' },
  demo: { type: 'boolean' },
  'read-only': { type: 'boolean' },
} as const

type Flags = Partial<Record<keyof typeof startFlags, string | boolean | undefined>>

/** Settings from flags and environment; the flag wins. Throws a UsageError that names the flag. */
export function readConfig(flags: Flags, env: NodeJS.ProcessEnv): Config {
  const result = Config.safeParse({
    data: flags.data ?? env['SIGNALBOX_DATA'] ?? defaultDataDir(env),
    port: flags.port ?? env['SIGNALBOX_PORT'] ?? defaultPort,
    host: flags.host ?? env['SIGNALBOX_HOST'] ?? '127.0.0.1',
    tlsCert: flags['tls-cert'],
    tlsKey: flags['tls-key'],
    logLevel: flags['log-level'] ?? 'info',
    demo: flags.demo ?? false,
    readOnly: flags['read-only'] ?? env['SIGNALBOX_READ_ONLY'] === '1',
    apiKey: env['SIGNALBOX_API_KEY'],
    appKey: env['SIGNALBOX_APP_KEY'],
  })
  if (!result.success) {
    const names: Record<string, string> = { apiKey: 'SIGNALBOX_API_KEY', appKey: 'SIGNALBOX_APP_KEY', logLevel: '--log-level' }
    throw new UsageError(
      result.error.issues.map(({ path: [name], message }) => `${names[String(name)] ?? `--${String(name)}`} ${message}`).join('; '),
    )
  }
  const { host, tlsCert, tlsKey } = result.data
  if (!isLoopback(host) && !(tlsCert && tlsKey && host !== ''))
    throw new UsageError(`--host ${host || '(empty)'} is not this machine alone: listening there needs --tls-cert and --tls-key`)
  return result.data
}
