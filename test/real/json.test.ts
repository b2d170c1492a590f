import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'

// every file of JSONTestSuite as a body. y_ is JSON, n_ is none, i_ is left open.
const data = process.env['SIGNALBOX_REAL_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const absent = !existsSync(data)
if (absent) console.warn(`\n*** SKIPPED: no recorded JSON at ${data}. Set SIGNALBOX_REAL_DATA to the folder that holds it. ***\n`)
const found = absent
  ? []
  : (readdirSync(join(data, 'jsontestsuite'), { withFileTypes: true, recursive: true }) as { name: string; parentPath: string }[]).filter(
      ({ name }) => /^[yni]_.*\.json$/.test(name),
    )
const daemon = await startDaemon()

describe.skipIf(absent)('JSONTestSuite', () => {
  test('the suite is there', () => expect(found.length).toBeGreaterThan(300))
  test.each(found)('$name', async ({ name, parentPath }) => {
    const bytes = readFileSync(join(parentPath, name))
    // a value alone is no log, but wrapped in one it has to be read
    const wrapped = Buffer.concat([Buffer.from('[{"message":"a","value":'), bytes, Buffer.from('}]')])
    const { status, text } = await daemon.intake.post('/api/v2/logs', new Uint8Array(wrapped))
    const bare = await daemon.intake.post('/api/v2/logs', new Uint8Array(bytes))
    expect(bare.status).toBeLessThan(500)
    if (name.startsWith('y_')) {
      expect(status, text).toBe(202)
      expect([202, 400, 422]).toContain(bare.status)
    } else if (name.startsWith('n_')) {
      expect(status).toBe(400)
      expect(bare.status).toBe(400)
    } else expect(status).toBeLessThan(500)
  })
  test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
})
