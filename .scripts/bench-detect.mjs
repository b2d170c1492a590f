// npm run bench:detect: an auth.log from import to signals, beside CrowdSec where it can be had. Arguments after -- are the bench's.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install } from './install.mjs'

install()
const { findCrowdsec } = await import('./bench-crowdsec.mjs')
const { buildBench } = await import('./build-bench.mjs')
const crowdsec = findCrowdsec() ?? ''
const { folder, env } = await buildBench('bench-detect.json')
const { status } = spawnSync(process.execPath, [join(folder, 'detect.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, ...env, SIGNALBOX_BENCH_CROWDSEC: crowdsec },
})
process.exitCode = status ?? 1
