import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { basename, join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { type Took, timed } from './timed.ts'

/** What Debian's package has for sshd, and no more; its whole set would only be slower. */
const parsers = [
  's00-raw/crowdsecurity/syslog-logs.yaml',
  's01-parse/crowdsecurity/sshd-logs.yaml',
  's02-enrich/crowdsecurity/dateparse-enrich.yaml',
]
const scenarios = ['crowdsecurity/ssh-bf.yaml', 'crowdsecurity/ssh-slow-bf.yaml']

export interface Replayed extends Took {
  version: string
  alerts: { address: string; scenario: string }[]
}

/** CrowdSec over a file, with all of its settings and data in `dir`; `prefix` is where the files of Debian's package lie. */
export async function replay(prefix: string, dir: string, file: string): Promise<Replayed> {
  const program = join(prefix, 'usr/bin/crowdsec')
  const settings = await settle(prefix, dir)
  const credentials = [
    'machines',
    'add',
    'bench',
    '--password',
    randomBytes(16).toString('hex'),
    '--force',
    '-f',
    join(dir, 'machine.yaml'),
  ]
  const added = spawnSync(join(prefix, 'usr/bin/cscli'), ['-c', settings, ...credentials], { encoding: 'utf8' })
  if (added.status !== 0) throw new Error(`cscli: ${added.stderr}`)
  const took = await timed(program, ['-c', settings, '-no-capi', '-dsn', `file://${file}`, '--type', 'syslog'])
  const told = spawnSync(program, ['-version'], { encoding: 'utf8' })
  const version = /version: v?(\S+)/.exec(`${told.stdout}${told.stderr}`)?.[1] ?? ''
  return { ...took, version, alerts: alertsOf(join(dir, 'crowdsec.db')) }
}

/** Debian's settings, but for where things lie, that nothing goes out and no alert is dropped. The answer is their file. */
async function settle(prefix: string, dir: string): Promise<string> {
  const own = join(dir, 'settings')
  const hub = join(prefix, 'usr/share/crowdsec/hub')
  const use = (folder: string, path: string, kind: string) => {
    mkdirSync(join(own, folder), { recursive: true })
    symlinkSync(join(hub, kind, path), join(own, folder, basename(path)))
  }
  for (const path of parsers) use(join('parsers', path.split('/')[0]!), path, 'parsers')
  for (const path of scenarios) use('scenarios', path, 'scenarios')
  const debian = join(prefix, 'etc/crowdsec')
  for (const name of ['patterns', 'profiles.yaml', 'simulation.yaml']) cpSync(join(debian, name), join(own, name), { recursive: true })
  writeFileSync(join(own, 'console.yaml'), 'share_manual_decisions: false\n')
  writeFileSync(join(own, 'acquis.yaml'), '')
  writeFileSync(join(dir, 'machine.yaml'), '')
  // JSON is YAML
  const settings = {
    common: { daemonize: false, log_media: 'file', log_level: 'info', log_dir: dir, working_dir: dir },
    config_paths: {
      config_dir: own,
      data_dir: dir,
      simulation_path: join(own, 'simulation.yaml'),
      hub_dir: hub,
      index_path: join(hub, '.index.json'),
    },
    crowdsec_service: { acquisition_path: join(own, 'acquis.yaml'), parser_routines: 1 },
    db_config: { log_level: 'info', type: 'sqlite', db_path: join(dir, 'crowdsec.db'), use_wal: true },
    api: {
      client: { credentials_path: join(dir, 'machine.yaml') },
      server: {
        log_level: 'info',
        listen_uri: `127.0.0.1:${await freePort()}`,
        profiles_path: join(own, 'profiles.yaml'),
        console_path: join(own, 'console.yaml'),
      },
    },
    prometheus: { enabled: false },
  }
  const file = join(dir, 'config.yaml')
  writeFileSync(file, JSON.stringify(settings, null, 2))
  return file
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

function alertsOf(path: string): Replayed['alerts'] {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return database.prepare('SELECT source_ip AS address, scenario FROM alerts').all() as unknown as Replayed['alerts']
  } finally {
    database.close()
  }
}
