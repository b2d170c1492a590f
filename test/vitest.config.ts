import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const oxc = { jsx: { runtime: 'automatic', importSource: 'preact' } } as const

/** What runs a daemon or a browser. What is waited for has ten seconds: a machine may be busy, and a test that passes does not wait. */
const whole = (name: string, include: string, testTimeout: number, hookTimeout: number, fileParallelism = false) => ({
  root,
  oxc,
  test: { name, include: [include], testTimeout, hookTimeout, fileParallelism, expect: { poll: { timeout: 10_000 } } },
})

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
      whole('flows', 'test/{flows,contract}/**/*.test.ts', 30_000, 60_000, true),
      whole('e2e', 'test/e2e/**/*.test.ts', 60_000, 240_000),
      whole('pages', 'test/pages/**/*.test.ts', 120_000, 240_000),
      whole('real', 'test/real/**/*.test.ts', 120_000, 60_000),
    ],
  },
})
