/** The extension's half of pairing and of a session, with WebCrypto alone. */
type Bytes = Uint8Array<ArrayBuffer>
const text = (value: string): Bytes => new TextEncoder().encode(value)
export const toBase64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
export const fromBase64Url = (value: string): Bytes => new Uint8Array(Buffer.from(value, 'base64url'))
export const newNonce = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(32)))

async function hmac(secret: Bytes, message: string): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, text(message)))
}

/** What both sides make of the code and their nonces. */
export async function pairingKeys(code: string, theirs: string, ours: string) {
  const salt = new Uint8Array([...fromBase64Url(ours), ...fromBase64Url(theirs)])
  const material = await crypto.subtle.importKey('raw', text(code.replace('-', '')), 'PBKDF2', false, ['deriveBits'])
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 200_000 }, material, 256)
  const key = new Uint8Array(bits)
  return {
    daemonProof: toBase64Url(await hmac(key, 'signalbox pairing daemon')),
    ownProof: toBase64Url(await hmac(key, 'signalbox pairing extension')),
    open: async (sealed: string) => {
      const pad = await hmac(key, 'signalbox pairing key')
      return fromBase64Url(sealed).map((byte, i) => byte ^ pad[i]!)
    },
  }
}

/** What both sides make of the shared key and their nonces; the daemon keeps the SHA-256 of the key's text. */
export async function sessionKeys(key: Bytes, session: string, ours: string, theirs: string) {
  const secret = new Uint8Array(await crypto.subtle.digest('SHA-256', text(toBase64Url(key))))
  const mask = await hmac(secret, `signalbox session mask|${ours}|${theirs}`)
  return {
    daemonProof: toBase64Url(await hmac(secret, `signalbox session daemon|${ours}|${theirs}`)),
    token: `${session}.${toBase64Url(key.map((byte, i) => byte ^ mask[i]!))}`,
  }
}
