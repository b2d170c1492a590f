import { readFileSync } from 'node:fs'
import { printAddress } from '../../shared/ip.ts'

/** The routers that this machine reaches the world through, as Linux tells them; nothing elsewhere, where they are private anyway. */
export function gatewaysOf(read = (file: string) => readFileSync(file, 'utf8')): string[] {
  const lines = (file: string) => {
    try {
      return read(file).split('\n')
    } catch {
      return []
    }
  }
  // little-endian words in hexadecimal
  const v4 = lines('/proc/net/route').flatMap(line => {
    const [, destination, gateway = ''] = line.split(/\s+/)
    if (destination !== '00000000' || !/^[0-9A-F]{8}$/.test(gateway) || gateway === '00000000') return []
    return [
      gateway
        .match(/../g)!
        .reverse()
        .map(byte => Number.parseInt(byte, 16))
        .join('.'),
    ]
  })
  const v6 = lines('/proc/net/ipv6_route').flatMap(line => {
    const [destination = '', length, , , gateway = ''] = line.split(/\s+/)
    if (!/^0{32}$/.test(destination) || length !== '00' || !/^[0-9a-f]{32}$/.test(gateway) || /^0+$/.test(gateway)) return []
    const words = gateway.match(/.{8}/g)!.map(word => Number.parseInt(word, 16)) as [number, number, number, number]
    return [printAddress({ family: 6, words })]
  })
  return [...new Set([...v4, ...v6])]
}
