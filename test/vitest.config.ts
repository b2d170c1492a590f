import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))
// how long what is waited for may take: a machine at work elsewhere is slow, and a test that passes does not wait
const patient = { poll: { timeout: 10_000 } }
const oxc = { jsx: { runtime: 'automatic', importSource: 'preact' } } as const

/** unit: one file of code, under 20 s in all. flows: a whole daemon. e2e: the extension in a browser. real: the recorded logs and feeds. pages: what log tools are built from. */
export default defineConfig({
  root,
  test: {
    // the tests mostly wait for a daemon or a disk: every core has work
    maxWorkers: '100%',
    projects: [
      {
        root,
        oxc,
        test: {
          name: 'unit',
          isolate: false,
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/{flows,contract,e2e,real,pages}/**'],
        },
      },
      {
        root,
        oxc,
        test: { name: 'flows', include: ['test/{flows,contract}/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000, expect: patient },
      },
      {
        root,
        oxc,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          expect: patient,
        },
      },
      {
        root,
        oxc,
        test: {
          name: 'pages',
          include: ['test/pages/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          expect: patient,
        },
      },
      {
        root,
        oxc,
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          expect: patient,
        },
      },
    ],
  },
})
