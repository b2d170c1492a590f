// npm run zip: what the stores of both browsers take, and the sources that Firefox's asks for beside it. Nothing is uploaded.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { install, root } from './install.mjs'

install()
const { output, wxt } = await import('./build-extension.mjs')
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
// of another version, or of other sources than those of the last build
for (const file of ['stamp', ...readdirSync(output).filter(file => file.endsWith('.zip'))]) rmSync(join(output, file), { force: true })
wxt('zip')
const sources = join(output, `${name}-${version}-sources.zip`)
const archived = spawnSync('git', ['archive', '--format=zip', `--output=${sources}`, 'HEAD'], { cwd: root, encoding: 'utf8' })
if (archived.status !== 0)
  console.error(`LEFT OUT: the sources, which git makes of the last commit: ${archived.error?.message ?? archived.stderr.trim()}`)
console.log(
  readdirSync(output)
    .filter(file => file.endsWith('.zip'))
    .map(file => join(output, file))
    .map(file => `${file}, ${Math.round(statSync(file).size / 1000)} kB`)
    .join('\n'),
)
