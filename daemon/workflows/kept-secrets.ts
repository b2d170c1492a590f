import { z } from '@hono/zod-openapi'
import { parseUrl } from '../../shared/url.ts'
import { Refusal } from '../lib/errors.ts'
import type { SecretFile } from '../lib/secret-file.ts'

export const secretName = z.string().regex(/^[A-Za-z]\w{0,63}$/, 'must be a letter, then up to 63 letters, digits and _')
export const SecretValue = z.strictObject({
  value: z.string().min(8).max(4096).openapi({ description: 'Never shown again' }),
  hosts: z
    .array(
      z
        .string()
        .max(260)
        .regex(/^[a-z0-9._:-]+$/, 'must be host names in lower case, with a port where it is not the usual one'),
    )
    .min(1)
    .max(20)
    .openapi({ description: 'Where it may be sent: api.github.com, n8n.lan:5678' }),
})
type SecretValue = z.output<typeof SecretValue>
export type KeptSecrets = ReturnType<typeof createKeptSecrets>

/** Secrets of steps by name, each with the hosts that it is for: who may write workflows must not thereby be able to send it elsewhere. */
export function createKeptSecrets(file: SecretFile) {
  function read(name: string): SecretValue | undefined {
    const text = file.get(name)
    return text === undefined ? undefined : SecretValue.parse(JSON.parse(text))
  }
  return {
    read,
    list: (): { name: string; hosts: string[] }[] =>
      file
        .names()
        .sort()
        .map(name => ({ name, hosts: read(name)!.hosts })),
    set: (name: string, value: SecretValue | undefined): Promise<void> =>
      file.set({ [name]: value === undefined ? undefined : JSON.stringify(value) }),
    /** The secret for a request to an address. Refuses one that is not there, or not for that host. */
    for(name: string, url: string): string {
      const found = read(name)
      if (!found) throw new Refusal(400, 'no_secret', `There is no secret ${name}: PUT /api/local/workflows/secrets/${name} keeps one`)
      const host = parseUrl(url)?.host.toLowerCase() ?? ''
      if (!found.hosts.includes(host))
        throw new Refusal(400, 'secret_elsewhere', `The secret ${name} is for ${found.hosts.join(', ')}, not for ${host}`)
      return found.value
    },
    /** A text without any of them: an answer may repeat what it was sent. */
    hide(text: string): string {
      return file.names().reduce((hidden, name) => hidden.replaceAll(read(name)!.value, '***'), text)
    },
  }
}
