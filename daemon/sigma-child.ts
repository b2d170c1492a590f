import { readFileSync, writeSync } from 'node:fs'
import type { SigmaFile } from './detect/sigma/archive.ts'
import { readImport } from './detect/sigma/read.ts'
import { Refusal } from './lib/errors.ts'
import type { Answered, Asked } from './sigma-process.ts'

// A process of its own for what strangers wrote: a text that ends whoever reads it ends this and nothing else.
const asked = JSON.parse(readFileSync(0, 'utf8')) as Asked
const wanted = 'archive' in asked ? { bytes: Buffer.from(asked.archive, 'base64') } : { files: asked.files satisfies SigmaFile[] }

let answer: Answered
try {
  answer = { read: await readImport(wanted) }
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  const { status, code, message, problems } = error
  answer = { refusal: { status, code, message, problems } }
}
const bytes = Buffer.from(JSON.stringify(answer))
for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at)
