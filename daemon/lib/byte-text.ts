const encoder = new TextEncoder()

export type ByteText = ReturnType<typeof createByteText>

/**
 * A long text that is written piece by piece, in UTF-8 and into one buffer: a text of 20 MB in pieces keeps the garbage collector busier than the
 * work does.
 */
export function createByteText(expected: number) {
  let buffer = new Uint8Array(Math.max(expected, 1024))
  let length = 0
  return {
    add(text: string): void {
      // no character needs more than three bytes for each of its units
      const needed = length + text.length * 3
      if (needed > buffer.length) {
        const larger = new Uint8Array(Math.max(needed, buffer.length * 2))
        larger.set(buffer.subarray(0, length))
        buffer = larger
      }
      length += encoder.encodeInto(text, buffer.subarray(length)).written
    },
    /** All of it, in a buffer that is only its own. */
    bytes: (): Uint8Array<ArrayBuffer> => buffer.subarray(0, length),
  }
}
