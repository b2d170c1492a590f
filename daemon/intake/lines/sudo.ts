import type { JsonObject } from '../../../shared/json.ts'
import type { LineReader } from '../line-reader.ts'

const field = /^[A-Z]+=/
const attempts = /^(\d{1,9}) incorrect password attempt/

/** sudo's line about one command: `sam : TTY=pts/0 ; PWD=/home/sam ; USER=root ; COMMAND=…`, with the reason first where it was refused. */
export const sudo: LineReader = {
  name: 'sudo',
  programs: ['sudo'],
  read(message) {
    const command = message.indexOf(' ; COMMAND=')
    const colon = command < 0 ? -1 : message.indexOf(' : ')
    if (colon < 0 || colon > command) return undefined
    const name = message.slice(0, colon).trim()
    const parts = message.slice(colon + 3, command).split(' ; ')
    if (name === '' || !parts.some(part => part.startsWith('TTY='))) return undefined
    const reason = field.test(parts[0]!) ? undefined : parts[0]!
    const attributes: JsonObject = {
      evt: { name: 'sudo', outcome: reason === undefined ? 'success' : 'failure' },
      usr: { name },
      process: { command_line: message.slice(command + 11) },
    }
    const failures = reason === undefined ? undefined : attempts.exec(reason)?.[1]
    if (failures !== undefined) attributes['auth'] = { failures: Number(failures) }
    // a directory or an argument may be named ` ; USER=nobody`: named twice, the target stays open
    const targets = message.split(' ; USER=')
    if (targets.length === 2) attributes['usr'] = { name, target: targets[1]!.split(' ; ')[0]! }
    return { attributes, program: 'sudo' }
  },
}
