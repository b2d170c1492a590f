import { execFileSync } from 'node:child_process'
import { afterAll } from 'vitest'
import { temporary } from './child.ts'

/** A disk of so many megabytes, until the test file ends; undefined, and said aloud, where none can be mounted. */
export function smallDisk(megabytes: number): string | undefined {
  const disk = temporary()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', disk], { stdio: 'ignore' })
  } catch {
    console.warn('SKIPPED, ALOUD: the disk-full tests need to mount a small tmpfs, which only root may')
    return undefined
  }
  afterAll(() => void execFileSync('umount', ['-l', disk]))
  return disk
}
