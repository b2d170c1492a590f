import { randomBytes } from 'node:crypto'
import { existsSync, rmSync, statfsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

const megabyte = 1024 ** 2
/** Bytes of the spare file. */
export const reserveSize = 8 * megabyte
/** On a smaller disk the file would be in the way, bytes. */
const smallestDisk = 8 * reserveSize
/** With less than this left the store could not even be opened, bytes. */
const tight = megabyte
/** Between two tries to make it again, ms. */
const pause = 1000

export type Reserve = ReturnType<typeof openReserve>

/**
 * `DATA/reserve`, space that is given up when the disk is full: to take something away is to write, and so is to move a signal. From then on
 * until there is space for the file again the reserve is spent: logs are refused, or they would fill what was freed for better things.
 */
export function openReserve(dir: string, now: () => number = () => performance.now()) {
  const path = join(dir, 'reserve')
  let held = existsSync(path)
  let spent = false
  let tried = Number.NEGATIVE_INFINITY
  let making: Promise<void> | undefined
  const space = () => {
    const { bavail, blocks, bsize } = statfsSync(dir)
    return { free: bavail * bsize, all: blocks * bsize }
  }
  /** True where that has freed something. */
  const giveUp = (): boolean => {
    if (!held) return false
    rmSync(path, { force: true })
    held = false
    spent = true
    return true
  }
  async function write(): Promise<void> {
    const { free, all } = space()
    if (all < smallestDisk || free < reserveSize + Math.min(all / 20, 256 * megabyte)) return
    const temporary = `${path}.new`
    try {
      const file = await open(temporary, 'w', 0o600)
      try {
        // some file systems keep nothing for zeros
        for (let written = 0; written < reserveSize; written += megabyte) await file.writeFile(randomBytes(megabyte))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, path)
      held = true
      spent = false
    } catch {
      // it is full again; the next try comes
      await rm(temporary, { force: true }).catch(() => {})
    }
  }
  if (held && space().free < tight) giveUp()
  return {
    giveUp,
    isSpent: () => spent,
    /** Make the file where it is missing and there is room for it: at once, and not again within a second. */
    make(): Promise<void> {
      if (held || (making === undefined && now() - tried < pause)) return Promise.resolve()
      tried = now()
      making ??= write().finally(() => (making = undefined))
      return making
    },
  }
}
