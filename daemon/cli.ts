import { exitCodes, type Surroundings } from './cli/surroundings.ts'
import { UsageError } from './config.ts'
import { Unusable } from './lib/unusable.ts'
import { startCommand } from './start-command.ts'

type Command = (args: string[], surroundings: Surroundings) => Promise<number>

const commands: Record<string, Command> = {
  start: startCommand,
}

/** Run one command; answers the exit code. Every failure is one sentence on standard error. */
export async function run([name = '', ...args]: string[], surroundings: Surroundings): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    surroundings.err(`Usage: signalbox ${Object.keys(commands).join(' | ')}\n`)
    return exitCodes.usage
  }
  try {
    return await command(args, surroundings)
  } catch (error) {
    surroundings.err(`${(error as Error).message}\n`)
    if (error instanceof UsageError || /^ERR_PARSE_ARGS/.test((error as NodeJS.ErrnoException).code ?? '')) return exitCodes.usage
    return error instanceof Unusable ? exitCodes.unusable : exitCodes.failed
  }
}
