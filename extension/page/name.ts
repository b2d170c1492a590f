/** A name that no page can know or guess; `crypto.randomUUID` is missing on pages without TLS. */
export const randomName = (): string => `n${[...crypto.getRandomValues(new Uint32Array(4))].map(word => word.toString(36)).join('')}`
