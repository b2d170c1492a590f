import { closeSync, fsyncSync, openSync } from 'node:fs'
import { platform } from 'node:os'

/** A rename is on disk once its folder is. Windows cannot open a folder, and has no need to. */
export function syncFolder(dir: string): void {
  if (platform() === 'win32') return
  const folder = openSync(dir, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
