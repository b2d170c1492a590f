// npm run bench:detect: an auth.log from import to signals, beside CrowdSec where it can be had. Arguments after -- are the bench's.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install } from './install.mjs'

install()
const { findPackage } = await import('./debian-package.mjs')
const { buildBench } = await import('./build-bench.mjs')
const crowdsec = findPackage('crowdsec', ['usr/bin/crowdsec', 'usr/bin/cscli', 'usr/share/crowdsec/hub']) ?? ''
const { folder, env } = await buildBench('bench-detect.json')
const { status } = spawnSync(process.execPath, [join(folder, 'detect.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, ...env, SIGNALBOX_BENCH_CROWDSEC: crowdsec },
})
process.exitCode = status ?? 1
