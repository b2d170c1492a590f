import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Refresh } from './queries.ts'
import type { Answer, Loaded } from './sides/side.ts'

export type Ask = { do: 'open' | 'memory' | 'close' } | { do: 'load'; count: number } | { do: 'refresh'; refresh: Refresh; times: number }

export interface Timed {
  answer: Answer
  /** ms, the first time first. */
  times: number[]
}
export type StartedSide = Awaited<ReturnType<typeof startSide>>

/** Start a side in a process of its own, with its data in `dir`. Rejects with what it says when it cannot be started. */
export async function startSide(name: string, dir: string) {
  // beside this module once it is built
  const child = fork(fileURLToPath(new URL('./side-process.js', import.meta.url)), [name, dir], {
    execArgv: ['--max-old-space-size=8192'],
  })
  const ended = new Promise<never>((_, reject) => child.once('exit', code => reject(new Error(`${name} ended with ${code}`))))
  ended.catch(() => {})
  const ask = async <T>(question: Ask): Promise<T> => {
    const answered = new Promise<T>((resolve, reject) =>
      child.once('message', (message: { value: T; error?: string }) =>
        message.error === undefined ? resolve(message.value) : reject(new Error(message.error)),
      ),
    )
    child.send(question)
    return Promise.race([answered, ended])
  }
  try {
    const { version, openMs } = await ask<{ version: string; openMs: number }>({ do: 'open' })
    return {
      name,
      version,
      /** Until it could answer by its fastest way. */
      openMs,
      load: (count: number) => ask<Loaded>({ do: 'load', count }),
      refresh: (refresh: Refresh, times: number) => ask<Timed>({ do: 'refresh', refresh, times }),
      memory: () => ask<number>({ do: 'memory' }),
      async close(): Promise<void> {
        await ask({ do: 'close' })
        child.kill()
        await ended.catch(() => {})
      },
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}
