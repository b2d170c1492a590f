import { type ParseArgsConfig, parseArgs } from 'node:util'
import { asTyped, called } from './called.ts'
import { type Client, connect } from './client.ts'
import type { Place } from './place.ts'
import { exitCodes, type Surroundings } from './surroundings.ts'
import { cleanLines, jsonText } from './text.ts'

/** A flag as `util.parseArgs` takes it, with what `--help` says of it. */
export interface Flag {
  type: 'string' | 'boolean'
  multiple?: boolean
  short?: string
  /** What stands for its value in the help. */
  value?: string
  does: string
}
export type Flags = Readonly<Record<string, Flag>>

type Value<F extends Flag> = F['type'] extends 'boolean' ? boolean : F extends { multiple: true } ? string[] : string
export type Values<F extends Flags> = { -readonly [Name in keyof F]?: Value<F[Name]> | undefined }

/** What was called wrongly; the message says what and ends the command with exit code 2. */
export class WrongUsage extends Error {}

/** One command of the table in cli.ts. A name of two words belongs to a group: `keys list`. */
export interface Command {
  name: string
  /** What follows the name, such as `FILE… [--format F]`. */
  usage: string
  does: string
  flags: Flags
  /** It comes to an end of its own when the process is asked to; any other is simply left. */
  endsItself?: boolean
  /** Answers the exit code; a failure is thrown. */
  run(args: string[], io: Surroundings, placeOf: (dir: string | undefined) => Place): Promise<number>
}

/** What a command is given to do its work with. */
export interface Call<F extends Flags = Flags> {
  flags: Values<F>
  args: string[]
  io: Surroundings
  place: Place
  /** The running daemon; throws a NoDaemon where there is none to talk to. */
  connect(): Client
  /** The result on standard output: `data` as JSON with --json, else `text` for people. */
  show(data: unknown, text: () => string): void
  /** A sentence on standard error: what went wrong. */
  say(text: string): void
  /** The same for what only people care for: not with --json. */
  tell(text: string): void
}

/** Flags of every command. */
export const common = {
  data: { type: 'string', value: 'DIR', does: 'data directory (SIGNALBOX_DATA)' },
  json: { type: 'boolean', does: 'the result as JSON on standard output' },
  help: { type: 'boolean', short: 'h', does: 'this text' },
} as const satisfies Flags

interface Literal<F extends Flags> {
  name: string
  usage: string
  does: string
  flags?: F
  /** How many words may follow the name: none unless it says so. */
  takes?: readonly [least: number, most: number]
  endsItself?: boolean
  run(call: Call<F>): Promise<number> | Promise<void>
}

/** A command; without an exit code of its own it ends with 0. */
export function defineCommand<const F extends Flags = Record<never, never>>(literal: Literal<F>): Command {
  const { name, usage, does, takes: [least, most] = [0, 0], endsItself = false, run } = literal
  const flags: Flags = { ...literal.flags, ...common }
  return {
    name,
    usage,
    does,
    flags,
    endsItself,
    async run(args, io, placeOf) {
      const { values, positionals } = parseArgs({
        args: withNumbers(args, flags),
        options: flags as NonNullable<ParseArgsConfig['options']>,
        allowPositionals: true,
        strict: true,
      })
      if (positionals.length < least || positionals.length > most) throw new WrongUsage(`Usage: signalbox ${name} ${usage}`.trimEnd())
      const place = placeOf(values['data'] as string | undefined)
      const say = (text: string) => io.err(`${cleanLines(asTyped(text, place.dir, io.env))}\n`)
      const call: Call<F> = {
        flags: values as Values<F>,
        args: positionals,
        io,
        place,
        connect: () => connect(io, place),
        show: (data, text) => io.out(values['json'] === true ? jsonText(data) : text()),
        say,
        tell: text => {
          if (values['json'] !== true) say(text)
        },
      }
      return (await run(call)) ?? exitCodes.done
    },
  }
}

/** A number below zero is the value of the flag before it, not a flag of its own: the command says what it takes. */
function withNumbers(args: readonly string[], flags: Flags): string[] {
  const takesValue = (arg = '') => arg.startsWith('--') && Object.hasOwn(flags, arg.slice(2)) && flags[arg.slice(2)]!.type === 'string'
  const joined: string[] = []
  for (const [i, arg] of args.entries()) {
    if (/^-\d/.test(arg) && takesValue(args[i - 1])) joined.push(`${joined.pop()}=${arg}`)
    else joined.push(arg)
  }
  return joined
}

/** The text of `--help`. */
export function helpOf({ name, usage, does, flags }: Command): string {
  const rows = Object.entries(flags).map(([flag, { short, value, does }]) => [
    `  ${short === undefined ? '' : `-${short}, `}--${flag}${value === undefined ? '' : ` ${value}`}`,
    does,
  ])
  const width = Math.max(...rows.map(([left]) => left!.length))
  return `Usage: ${`${called} ${name} ${usage}`.trimEnd()}\n\n${does}.\n\n${rows.map(([left, right]) => `${left!.padEnd(width)}  ${right}\n`).join('')}`
}
