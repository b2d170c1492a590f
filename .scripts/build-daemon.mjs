// Turns daemon/ and shared/ into JavaScript that Node 20 runs, when they have changed since the last time. Takes a tenth of a second.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, '.output')

/** Every source with its size and time of change: what a rebuild depends on. */
function stampOf(folders) {
  const hash = createHash('sha256')
  const walk = folder => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (/\.[mc]?tsx?$/.test(entry.name)) {
        const { size, mtimeMs } = statSync(path)
        hash.update(`${path} ${size} ${mtimeMs}\n`)
      }
    }
  }
  folders.forEach(folder => walk(join(root, folder)))
  return hash.digest('hex')
}

/** Path of the built main module. A build is complete or not there: it is put in place by one rename. */
export async function buildDaemon() {
  // a package that was installed has its build and no compiler
  const packaged = join(root, 'dist', 'main.js')
  if (existsSync(packaged)) return packaged
  const stamp = stampOf(['daemon', 'shared'])
  const folder = join(out, `daemon-${stamp.slice(0, 16)}`)
  if (!existsSync(join(folder, 'main.js'))) {
    const { build } = await import('esbuild')
    mkdirSync(out, { recursive: true })
    const temporary = mkdtempSync(join(out, 'building-'))
    await build({
      absWorkingDir: root,
      entryPoints: ['daemon/main.ts', 'daemon/worker.ts'],
      outdir: temporary,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      sourcemap: true,
      logLevel: 'error',
    })
    try {
      renameSync(temporary, folder)
    } catch {
      // somebody else was faster
      rmSync(temporary, { recursive: true, force: true })
    }
    for (const name of readdirSync(out))
      if (name.startsWith('daemon-') && name !== `daemon-${stamp.slice(0, 16)}`) rmSync(join(out, name), { recursive: true, force: true })
  }
  return join(folder, 'main.js')
}
