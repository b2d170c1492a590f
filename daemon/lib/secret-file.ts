import { open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

/** Replace a file by one rename, readable by its owner alone. `time`, ms UTC, is when it is to have been written. */
export async function replaceFile(file: string, bytes: Uint8Array, time?: number): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.tmp`)
  try {
    const handle = await open(temporary, 'w', 0o600)
    try {
      await handle.writeFile(bytes)
      if (time !== undefined) await handle.utimes(time / 1000, time / 1000)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

export type SecretFile = Awaited<ReturnType<typeof openSecretFile>>

/** What goes in and never comes out but on its way to whom it is for: texts by name, in a file with mode 0600. It is in no backup. */
export async function openSecretFile(file: string) {
  let secrets = await read(file)
  let last: Promise<unknown> = Promise.resolve()

  async function put(changes: Readonly<Record<string, string | undefined>>): Promise<void> {
    const next = Object.fromEntries(
      Object.entries({ ...secrets, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    )
    if (JSON.stringify(next) === JSON.stringify(secrets)) return
    await replaceFile(file, Buffer.from(JSON.stringify(next, null, 2)))
    secrets = next
  }
  return {
    get: (name: string): string | undefined => (Object.hasOwn(secrets, name) ? secrets[name] : undefined),
    names: (): string[] => Object.keys(secrets),
    /** Keep these, and forget those that are undefined; one change after the other. */
    set(changes: Readonly<Record<string, string | undefined>>): Promise<void> {
      const work = last.then(() => put(changes))
      last = work.catch(() => {})
      return work
    },
  }
}

async function read(file: string): Promise<Record<string, string>> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Error(`${file} cannot be read: ${(error as Error).message}`)
  }
}
