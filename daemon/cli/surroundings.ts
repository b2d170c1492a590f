/** What a command has of the process that it runs in. Only main.ts sees the process itself. */
export interface Surroundings {
  env: NodeJS.ProcessEnv
  pid: number
  /** Version of Node, such as 20.19.0. */
  node: string
  /** Undefined where users have no numbers. */
  uid: number | undefined
  out: (text: string) => void
  err: (text: string) => void
  /** Whether people watch: progress is drawn only then. */
  isTerminal: boolean
  /** Resolves when the process is asked to end. */
  stop: Promise<void>
  /** Standard input, byte for byte. Touched only by those who read it: an open one keeps the process alive. */
  stdin: () => AsyncIterable<Uint8Array>
  /** Whether a process of this user has the id. */
  isAlive: (pid: number) => boolean
  /** Ends a process with all that it has begun. */
  endGroup: (pid: number) => void
}

/** Exit codes that scripts rely on. */
export const exitCodes = { done: 0, failed: 1, usage: 2, unusable: 3, inUse: 4 } as const
