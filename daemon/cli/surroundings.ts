/** What a command has of the process that it runs in. Only main.ts sees the process itself. */
export interface Surroundings {
  env: NodeJS.ProcessEnv
  pid: number
  out: (text: string) => void
  err: (text: string) => void
  /** Whether people watch: progress is drawn only then. */
  isTerminal: boolean
  /** Resolves when the process is asked to end. */
  stop: Promise<void>
}

/** Exit codes that scripts rely on. */
export const exitCodes = { done: 0, failed: 1, usage: 2, unusable: 3, inUse: 4 } as const
