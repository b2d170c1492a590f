import type { DemoLine } from './line.ts'
import { attackers } from './world.ts'

/** Words of the lines that tell most, and how many of them: the last ones, for there it shows whether an attack came to anything. */
const telling: readonly (readonly [words: string, most: number])[] = [
  [attackers.entered, 4],
  [' deploy : ', 2],
  [attackers.tor, 2],
  [attackers.scanning, 6],
  ['/.env', 1],
  [attackers.guessing, 3],
  [attackers.leaking, 2],
  [attackers.traversing, 2],
  [attackers.scripting, 2],
  [attackers.phishing, 3],
  [attackers.stuffing, 2],
  [attackers.enumerating, 2],
  [attackers.hammering, 1],
  [attackers.vpn, 1],
]

/** Of the lines of the attacks those that somebody new should see first, in time order: some thirty. */
export function worthALook(attacks: readonly DemoLine[]): DemoLine[] {
  const found = telling.flatMap(([words, most]) => attacks.filter(({ text }) => text.includes(words)).slice(-most))
  return [...new Set(found)].sort((a, b) => a.time - b.time)
}
