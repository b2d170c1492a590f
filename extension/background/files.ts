/** The bytes of a file that came as base64: a message of the browser carries text alone. Throws where it is none. */
export function fromBase64(content: string): Uint8Array<ArrayBuffer> {
  const binary = atob(content)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}
