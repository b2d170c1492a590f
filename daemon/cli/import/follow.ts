import { type FileHandle, open, stat } from 'node:fs/promises'
import { beginImport, type Running, type Tally } from './import-text.ts'
import type { Desk } from './send.ts'
import { isPacked, plainSource } from './source.ts'

const pollEvery = 250
/** Bytes at the front by which a file that was written anew is told from one that grew. */
const headSize = 256

interface Needs {
  desk: Desk
  tally: Tally
  /** Waits so many ms; false where the process is to end. */
  pause(ms: number): Promise<boolean>
}

/**
 * Import a file and what is written to it, until the process is to end. A file that was renamed is read to its end, and the new one of its
 * name is an import of its own; so is a file that was cut off and begun anew. The last line waits until it is whole.
 */
export async function follow(path: string, needs: Needs): Promise<void> {
  let handle = await open(path)
  try {
    if ((await handle.stat()).isDirectory()) throw new Error('is a folder: name the files in it')
    if (await isPacked(handle)) throw new Error(`is compressed, so nothing will be added to it: import it without --follow`)
    while (true) {
      const ended = await followOne(path, handle, needs)
      if (ended === 'stopped') return
      if (ended === 'cut off') continue
      const next = await openAgain(path, needs.pause)
      if (!next) return
      await handle.close()
      handle = next
    }
  } finally {
    await handle.close()
  }
}

async function followOne(path: string, handle: FileHandle, { desk, tally, pause }: Needs): Promise<'stopped' | 'cut off' | 'replaced'> {
  const source = plainSource(handle)
  let head = await readHead(handle, headSize)
  let running: Running | undefined
  let size = head.length
  let quiet = 0
  while (true) {
    const now = (await handle.stat()).size
    if (now < Math.max(size, running?.offset ?? 0) || !head.equals(await readHead(handle, head.length))) {
      await running?.flush(true)
      return 'cut off'
    }
    if (head.length < headSize) head = await readHead(handle, headSize)
    const grew = now > size
    size = now
    running ??= await beginImport(source, desk, tally, false)
    if (running && now > running.offset) {
      for await (const chunk of source.read(running.offset)) {
        await running.take(chunk)
        if (!(await pause(0))) return 'stopped'
      }
      await running.flush(false)
    }
    // its writer may still have it open for a moment
    quiet = !grew && (await isReplaced(path, handle)) ? quiet + 1 : 0
    if (quiet > 1) {
      running ??= await beginImport(source, desk, tally, true)
      await running?.flush(true)
      return 'replaced'
    }
    if (!(await pause(pollEvery))) return 'stopped'
  }
}

async function readHead(handle: FileHandle, size: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(size), 0, size, 0)
  return buffer.subarray(0, bytesRead)
}

/** Whether the name belongs to another file by now, one with something in it: until then the old one is still the log. */
async function isReplaced(path: string, handle: FileHandle): Promise<boolean> {
  const [now, before] = await Promise.all([stat(path).catch(() => undefined), handle.stat()])
  return now !== undefined && now.size > 0 && (now.ino !== before.ino || now.dev !== before.dev)
}

async function openAgain(path: string, pause: Needs['pause']): Promise<FileHandle | undefined> {
  while (true) {
    const handle = await open(path).catch(() => undefined)
    if (handle) return handle
    if (!(await pause(pollEvery))) return undefined
  }
}
