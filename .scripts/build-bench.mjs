// Turns test/bench/ into JavaScript that Node 20 runs.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './install.mjs'

/** Path of the built main module. */
export async function buildBench() {
  const { build } = await import('esbuild')
  const outdir = join(root, '.output', 'bench')
  rmSync(outdir, { recursive: true, force: true })
  await build({
    absWorkingDir: root,
    entryPoints: ['main', 'side-process', 'watch'].map(name => `test/bench/${name}.ts`),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'error',
  })
  return join(outdir, 'main.js')
}
