import type { SecretFile } from '../lib/secret-file.ts'

export type EnforcerSecrets = ReturnType<typeof createEnforcerSecrets>

/** What enforcers that are told are signed in with. */
export function createEnforcerSecrets(file: SecretFile) {
  return {
    has: (id: string, field: string): boolean => file.get(`${id} ${field}`) !== undefined,
    of: (id: string, fields: readonly string[]): Record<string, string> =>
      Object.fromEntries(
        fields.flatMap(field => {
          const secret = file.get(`${id} ${field}`)
          return secret === undefined ? [] : [[field, secret]]
        }),
      ),
    /** Keep these, and forget those that are null. */
    set: (id: string, secrets: Readonly<Record<string, string | null>>): Promise<void> =>
      file.set(Object.fromEntries(Object.entries(secrets).map(([field, secret]) => [`${id} ${field}`, secret ?? undefined]))),
    forget: (id: string): Promise<void> =>
      file.set(Object.fromEntries(file.names().flatMap(name => (name.startsWith(`${id} `) ? [[name, undefined]] : [])))),
  }
}
