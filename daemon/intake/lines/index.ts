import type { LineReader, Said } from '../line-reader.ts'
import { pam } from './pam.ts'
import { sshd } from './sshd.ts'
import { sudo } from './sudo.ts'

/** Asked in this order. */
export const lineReaders: LineReader[] = [sshd, sudo, pam]

const repeatedForm = /^message repeated (\d{1,9}) times: \[ ?(.*)\]$/s

/**
 * The standard attributes of a message. `program` is what a syslog header names: then nobody else's reader is asked, so that a service that
 * logs what its users typed cannot be made to speak for sshd.
 */
export function readMessage(message: string, program?: string): Said | undefined {
  const repeated = message.startsWith('message repeated ') ? repeatedForm.exec(message) : null
  const text = repeated ? repeated[2]! : message
  let said: Said | undefined
  for (const reader of lineReaders) {
    if (program === undefined || !reader.programs || reader.programs.includes(program)) said ??= reader.read(text)
  }
  return repeated ? { ...said, attributes: { ...said?.attributes, repeated: Number(repeated[1]) } } : said
}
