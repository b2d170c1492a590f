// Turns TypeScript into JavaScript that Node 20 runs, when it has changed since the last time. Takes a tenth of a second.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stampOf } from './stamp.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, '.output')
/** Builds that no start has asked for in this long are cleared away, ms. Others may still run from newer ones. */
const kept = 24 * 3_600_000

/** Path of the built `main`, one of the entry points. A build is complete or not there: it is put in place by one rename. */
export async function buildOnce(what, sources, entryPoints) {
  const name = `${what}-${stampOf(sources).slice(0, 16)}`
  const folder = join(out, name)
  if (existsSync(join(folder, 'main.js'))) return join(folder, 'main.js')
  const { build } = await import('esbuild')
  mkdirSync(out, { recursive: true })
  const temporary = mkdtempSync(join(out, 'building-'))
  await build({
    absWorkingDir: root,
    entryPoints,
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
  for (const other of readdirSync(out)) {
    const path = join(out, other)
    if (other !== name && Date.now() - statSync(path).mtimeMs > kept) rmSync(path, { recursive: true, force: true })
  }
  return join(folder, 'main.js')
}
