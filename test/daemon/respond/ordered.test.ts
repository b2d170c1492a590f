import { expect, test } from 'vitest'
import { createOrdered, placeOf } from '../../../daemon/respond/ordered.ts'
import type { DenylistEntry } from '../../../shared/denylist.ts'

// a search of the denylist finds what looking at each entry would find, in every order, whatever has changed since the last one

const person = { uuid: 'u', handle: 'ada@example.com', name: 'ada' }
const entry = (i: number, value: string, reason: string): DenylistEntry => ({
  ...{ id: `id-${i}`, seq: i + 1, since: i + 1, kind: /^[\d.]+$/.test(value) ? 'ip' : 'user', value, duration: null, until: null },
  ...{ reason, signal_id: null, rule: null, by: person, created_at: 1000 + (i % 7), approved_by: null, ended: null, version: 1 },
})
const textOf = ({ value, reason }: DenylistEntry) => `${value}\n${reason}`.toLowerCase()

function random(seed: number) {
  let at = seed
  return (most: number) => {
    at = (Math.imul(at, 1664525) + 1013904223) >>> 0
    return Math.floor((at / 2 ** 32) * most)
  }
}

test.each([1, 2])('seed %i: five thousand entries, words that stand in all, in few, in none, and across two', seed => {
  const next = random(seed)
  const reasons = ['', 'a', 'Guesses passwords', 'aa\nb', 'scan']
  const all = new Map<string, DenylistEntry>()
  for (let i = 0; i < 5_000; i++) {
    const value = next(5) === 0 ? `user${next(300)}` : `93.${next(4)}.${next(250)}.${next(250)}`
    all.set(`id-${i}`, entry(i, value, reasons[next(reasons.length)]!))
  }
  const ordered = createOrdered({ all: () => all.values(), get: id => all.get(id) })
  type Asked = Parameters<typeof ordered.page>[0]
  const idsOf = (asked: Asked) => {
    const { entries, total } = ordered.page(asked)
    return [total, ...entries.map(({ id }) => id)].join(' ')
  }
  const check = (words: string) => {
    const keep = (_: DenylistEntry, text: string) => text.includes(words)
    const many = [...all.values()].filter(one => textOf(one).includes(words)).length
    for (const by of ['created_at', 'value'] as const)
      for (const falling of [false, true]) {
        const asked = { by, falling, words, keep, after: undefined, offset: 3, limit: 40 }
        const { entries, total } = ordered.page(asked)
        expect(total).toBe(many)
        const last = entries.at(-1)
        for (const from of [asked, ...(last ? [{ ...asked, after: placeOf(last) }] : [])]) {
          // without words it looks at each
          const each = idsOf({ ...from, words: '' })
          expect(idsOf(from), `${JSON.stringify(words)} ${by} ${falling}`).toBe(each)
          // where words alone decide, nobody has to look at each
          if (!words.includes('\n')) expect(idsOf({ ...from, keep: undefined })).toBe(each)
        }
      }
  }
  const looks = ['9', 'guesses', 'user1', '93.1.2', '\n', 'a\n', 'b\n9', 'scan\n93', 'nowhere', 'aa\nb', 's\nu']
  for (const words of looks) check(words)
  const changed = entry(20_000, 'nowhere', 'at all')
  all.set(changed.id, changed)
  ordered.note(changed)
  const gone = { ...all.get('id-5')!, ended: { seq: 30_000, at: 1, by: person, how: 'lifted' as const, reason: '' } }
  all.delete('id-5')
  ordered.note(gone)
  for (const words of looks) check(words)
}, 60_000)
