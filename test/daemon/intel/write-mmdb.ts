import { isObject, type Json } from '../../../shared/json.ts'
import { readSpan } from '../../../shared/span.ts'

// https://maxmind.github.io/MaxMind-DB/: types 2 text, 3 double, 6 uint32, 7 map, 14 boolean.
function encode(data: Json): Buffer {
  const control = (type: number, size: number) => {
    const [first, extra] = size < 29 ? [size, []] : size < 285 ? [29, [size - 29]] : [30, [(size - 285) >> 8, (size - 285) & 255]]
    return Buffer.from(type <= 7 ? [(type << 5) | first, ...extra] : [first, type - 7, ...extra])
  }
  if (typeof data === 'boolean') return control(14, data ? 1 : 0)
  if (typeof data === 'string') return Buffer.concat([control(2, Buffer.byteLength(data)), Buffer.from(data)])
  if (typeof data === 'number') {
    if (Number.isInteger(data) && data >= 0) {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(data)
      return Buffer.concat([control(6, 4), bytes])
    }
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(data)
    return Buffer.concat([control(3, 8), bytes])
  }
  const members = Object.entries(isObject(data) ? data : {})
  return Buffer.concat([control(7, members.length), ...members.flatMap(([key, value]) => [encode(key), encode(value)])])
}

/** A MaxMind DB of CIDR blocks and their data, with an IPv6 tree and records of 24, 28 or 32 bits. */
export function writeMmdb(networks: Record<string, Json>, { databaseType = 'Test', recordSize = 28 as 24 | 28 | 32 } = {}): Buffer {
  interface Node {
    children: [Node | number | null, Node | number | null]
  }
  const root: Node = { children: [null, null] }
  const data: Buffer[] = []
  let used = 0
  for (const [text, value] of Object.entries(networks)) {
    const span = readSpan(text)!
    // IPv4 lies at ::/96
    const words = span.family === 4 ? [0, 0, 0, span.from[3]] : span.from
    const prefix = Number(text.split('/')[1] ?? (span.family === 4 ? 32 : 128)) + (span.family === 4 ? 96 : 0)
    const encoded = encode(value)
    let node = root
    for (let bit = 0; bit < prefix; bit++) {
      const side = ((words[bit >>> 5]! >>> (31 - (bit & 31))) & 1) as 0 | 1
      if (bit === prefix - 1) node.children[side] = used
      else {
        if (node.children[side] === null || typeof node.children[side] === 'number') node.children[side] = { children: [null, null] }
        node = node.children[side] as Node
      }
    }
    data.push(encoded)
    used += encoded.length
  }
  const nodes: Node[] = [root]
  for (let i = 0; i < nodes.length; i++)
    for (const child of nodes[i]!.children) if (child !== null && typeof child === 'object') nodes.push(child)
  const index = new Map(nodes.map((node, i) => [node, i]))
  const recordOf = (child: Node | number | null) =>
    child === null ? nodes.length : typeof child === 'number' ? nodes.length + 16 + child : index.get(child)!
  const tree = nodes.map(({ children: [left, right] }) => {
    const [a, b] = [recordOf(left), recordOf(right)]
    if (recordSize === 24) return Buffer.from([a >> 16, a >> 8, a, b >> 16, b >> 8, b].map(byte => byte & 255))
    if (recordSize === 28)
      return Buffer.from([a >> 16, a >> 8, a, ((a >> 24) << 4) | (b >> 24), b >> 16, b >> 8, b].map(byte => byte & 255))
    return Buffer.from([a >>> 24, a >> 16, a >> 8, a, b >>> 24, b >> 16, b >> 8, b].map(byte => byte & 255))
  })
  const metadata = encode({
    node_count: nodes.length,
    record_size: recordSize,
    ip_version: 6,
    database_type: databaseType,
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    languages: {},
    description: {},
  })
  return Buffer.concat([...tree, Buffer.alloc(16), ...data, Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), metadata])
}
