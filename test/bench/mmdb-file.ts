import { readSpan } from '../../shared/span.ts'

// https://maxmind.github.io/MaxMind-DB/
const text = (word: string) => Buffer.concat([Buffer.from([0x40 | word.length]), Buffer.from(word)])
const uint32 = (value: number) => {
  const bytes = Buffer.alloc(5)
  bytes[0] = 0xc4
  bytes.writeUInt32BE(value, 1)
  return bytes
}
const map = (members: [string, Buffer][]) =>
  Buffer.concat([Buffer.from([0xe0 | members.length]), ...members.flatMap(([key, value]) => [text(key), value])])

/** A MaxMind DB in which every block has the same record. */
export function mmdbFile(blocks: readonly string[]): Buffer {
  const none = 0xffffffff
  const leaf = 0xfffffffe
  let nodes = new Uint32Array(1 << 20).fill(none)
  let size = 1
  for (const block of blocks) {
    const span = readSpan(block)!
    const words = span.family === 4 ? [0, 0, 0, span.from[3]] : span.from
    const length = Number(block.split('/')[1]) + (span.family === 4 ? 96 : 0)
    for (let bit = 0, node = 0; bit < length; bit++) {
      const at = node * 2 + ((words[bit >>> 5]! >>> (31 - (bit & 31))) & 1)
      if (nodes[at] === leaf) break
      if (bit === length - 1) nodes[at] = leaf
      else {
        if (nodes[at] === none) {
          if ((size + 1) * 2 > nodes.length) {
            const larger = new Uint32Array(nodes.length * 2).fill(none)
            larger.set(nodes)
            nodes = larger
          }
          nodes[at] = size++
        }
        node = nodes[at]!
      }
    }
  }
  const tree = Buffer.alloc(size * 8)
  for (let i = 0; i < size * 2; i++) tree.writeUInt32BE(nodes[i] === none ? size : nodes[i] === leaf ? size + 16 : nodes[i]!, i * 4)
  const metadata = map([
    ['node_count', uint32(size)],
    ['record_size', uint32(32)],
    ['ip_version', uint32(6)],
    ['database_type', text('Bench')],
    ['binary_format_major_version', uint32(2)],
    ['binary_format_minor_version', uint32(0)],
    ['build_epoch', uint32(1_700_000_000)],
    ['languages', Buffer.from([0x00, 0x04])],
    ['description', map([])],
  ])
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    map([['category', text('scanner')]]),
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    metadata,
  ])
}
