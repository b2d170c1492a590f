/**
 * An address as URL reads it, whatever its scheme; undefined where it is none.
 * Not by URL.canParse: Node 20 refuses letters beyond ASCII there once it is compiled.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
