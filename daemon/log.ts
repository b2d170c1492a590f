/** The daemon's own log: one JSON object a line, so that text from outside can never make a line of its own. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** `out` gets each line with its line feed. */
export function createLog(least: LogLevel, out: (line: string) => void) {
  const write =
    (level: LogLevel) =>
    (msg: string, more: object = {}) => {
      if (logLevels.indexOf(level) >= logLevels.indexOf(least)) out(`${JSON.stringify({ level, msg, ...more })}\n`)
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
export type Log = ReturnType<typeof createLog>
