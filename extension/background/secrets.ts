/** The few things done with WebCrypto. Binary travels as base64url without padding. */

type Bytes = Uint8Array<ArrayBuffer>
const encoder = new TextEncoder()

export const utf8 = (text: string): Bytes => encoder.encode(text)
export const randomBytes = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))

export const toBase64url = (bytes: Bytes): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** Throws where the text is not base64url. */
export function fromBase64url(text: string): Bytes {
  if (!/^[\w-]*$/.test(text)) throw new TypeError('not base64url')
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), char => char.charCodeAt(0))
}

export const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))

export async function hmac(key: Bytes, text: string): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, utf8(text)))
}

/** Whether `proof` (base64url) is the HMAC of `text`; compares in constant time. A malformed proof is a wrong one. */
export async function proves(key: Bytes, text: string, proof: string): Promise<boolean> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  try {
    return await crypto.subtle.verify('HMAC', imported, fromBase64url(proof), utf8(text))
  } catch {
    return false
  }
}

/** 32 bytes from a short code. The iterations make one guess cost what 200,000 would. */
export async function stretch(code: string, salt: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', utf8(code), 'PBKDF2', false, ['deriveBits'])
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 200_000 }, imported, 256)
  return new Uint8Array(bits)
}
