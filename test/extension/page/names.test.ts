import { expect, test } from 'vitest'
import { type NameType, nameTypes } from '../../../shared/indicator.ts'
import { takeOff, tinyPage } from './tiny-page.ts'

const { findNameSpots, mostNames } = await import('../../../extension/page/names.ts')
const { longestRun, portion } = await import('../../../extension/page/runs.ts')

interface How {
  wanted?: NameType[]
  distinct?: Set<string>
  /** Happens when somebody else has a turn. */
  meanwhile?: (texts: Text[]) => void
  part?: [from: number, to: number]
}
/** What is found on a page: each name with the text that it covers, `|` where it goes on in the next one. */
function read(markup: string, { wanted = [...nameTypes], distinct = new Set(), meanwhile = () => {}, part }: How = {}) {
  const { page, texts } = tinyPage(markup)
  const seen = texts.map(text => ({ text, from: part?.[0] ?? 0, to: part?.[1] ?? text.length }))
  const steps = findNameSpots(page, seen, new Set(wanted), distinct)
  let turns = 0
  for (;;) {
    const { done, value } = steps.next()
    if (!done) {
      turns++
      meanwhile(texts)
      continue
    }
    const spots = [...value.values()].flat().map(({ value, texts, from, to, name }) => {
      expect(name).toBe(true)
      const parts = texts.map(({ data }, i) => data.slice(i === 0 ? from : 0, i === texts.length - 1 ? to : undefined))
      return `${value} ${parts.join('|')}`
    })
    return { spots, turns, distinct, texts, found: value }
  }
}

const md5 = '44d88612fea8a8f36de82e1278abb02f'
const url = 'https://files.example/a/setup.exe?id=7'
test.each<[markup: string, ...found: string[]]>([
  // alone, in a sentence, and made harmless
  ['evil.example', 'evil.example evil.example'],
  ['to evil.example, then “EVIL.example.”', 'evil.example evil.example', 'evil.example EVIL.example'],
  ['to evil[.]example and evil(dot)example', 'evil.example evil[.]example', 'evil.example evil(dot)example'],
  ['203.0.113.9 at 12:30'],
  [`${md5.toUpperCase()}: cve-2021-44228`, `${md5} ${md5.toUpperCase()}`, 'CVE-2021-44228 cve-2021-44228'],
  // one in another
  ['(from eve[at]bad.example)', 'eve@bad.example eve[at]bad.example', 'bad.example bad.example'],
  [
    'GET hxxps://files[.]example/a/setup.exe?id=7.',
    `${url} hxxps://files[.]example/a/setup.exe?id=7`,
    'files.example files[.]example',
    'setup.exe setup.exe',
  ],
  ['http://203.0.113.9/drop', 'http://203.0.113.9/drop http://203.0.113.9/drop'],
  // in pieces of one line
  ['<p>ev<em>il.exam</em>ple</p>', 'evil.example ev|il.exam|ple', 'il.exam il.exam'],
  ['<p>to <b>evil</b><i>.example</i>: no</p>', 'evil.example evil|.example'],
  ['<p>ht<b>tps://evil</b>.example/a</p>', 'https://evil.example/a ht|tps://evil|.example/a', 'evil.example evil|.example'],
  [`<p>${md5.slice(0, 7)}<b>${md5.slice(7)}</b></p>`, `${md5} ${md5.slice(0, 7)}|${md5.slice(7)}`],
  ['<p>eve<b>@</b>bad.example</p>', 'bad.example bad.example', 'eve@bad.example eve|@|bad.example'],
  ['<p>to evil.<b></b>example</p>', 'evil.example evil.|example'],
  // in columns side by side: the one that stands there, and what both together may be
  ['<p><span>evil.example</span><span>200</span></p>', 'evil.example evil.example'],
  ['<p><span>evil.example</span><span>net</span></p>', 'evil.example evil.example', 'evil.examplenet evil.example|net'],
  // what ends a line or a word ends a name
  ['<p>evil.</p><p>example</p>'],
  ['<p>evil.<br>example</p>'],
  ['<p>evil.<img>example</p>'],
  ['<p>evil. <b>example</b></p>'],
  ['<p>evil.<b>"example"</b></p>'],
])('%s', (markup, ...found) => expect(read(markup).spots.sort()).toEqual(found.sort()))

test.each<[NameType, string]>([
  ['url', 'https://bad.example/a'],
  ['email', 'eve@bad.example'],
  ['md5', md5],
  ['cve', 'CVE-2021-44228'],
])('%s alone is wanted: nothing else is given', (type, value) =>
  expect(read(`https://bad.example/a eve@bad.example ${md5} CVE-2021-44228`, { wanted: [type] }).spots).toEqual([`${value} ${value}`]))
test('a name that is repeated is given at each place, and is one of the different ones', () => {
  const { spots, distinct } = read('<p>evil.example evil.example</p><p>EVIL.example</p><p>evil.<b>example</b></p>')
  expect(spots.map(spot => spot.split(' ')[0])).toEqual(Array(4).fill('evil.example'))
  expect([...distinct]).toEqual(['evil.example'])
})
test('of more than 1,000 different ones the first are given, and those again wherever they stand', () => {
  const all = Array.from({ length: mostNames + 5 }, (_, i) => `h${i}.example`)
  const { spots, distinct } = read(`<p>${all.join(' ')}</p><p>${all.at(-1)} h0.example h99<b>9.example</b></p>`)
  expect([...distinct]).toEqual(all.slice(0, mostNames))
  expect(spots.slice(0, mostNames)).toEqual(all.slice(0, mostNames).map(name => `${name} ${name}`))
  expect(spots.slice(mostNames)).toEqual(['h0.example h0.example', 'h999.example h99|9.example'])
})
test('those that were met before count', () => {
  const distinct = new Set(Array.from({ length: mostNames }, (_, i) => `h${i}.example`))
  expect(read('new.example h7.example', { distinct }).spots).toEqual(['h7.example h7.example'])
  expect(distinct.size).toBe(mostNames)
})
test('of a part of a text only that part is read, and its places are those of the whole', () => {
  const text = 'from a.example to evil[.]example and b.example'
  const from = text.indexOf('to')
  expect(read(text, { part: [from, text.indexOf('and')] }).spots).toEqual(['evil.example evil[.]example'])
})
test(`over more than ${longestRun} pieces no name goes on`, () => {
  const pieces = (count: number) => `<p>${'<b>x</b>'.repeat(count - 1)}<i>.example</i></p>`
  expect(read(pieces(longestRun)).spots).toHaveLength(1)
  expect(read(pieces(longestRun + 1)).spots).toEqual([])
})
test('out of a text that is longer than any URL no name goes on, nor into one', () => {
  const words = 'x '.repeat(1_025)
  expect(read(`<p>${words}to evil.<b>example</b></p>`).spots).toEqual([])
  expect(read(`<p>evil.<b>example ${words}</b></p>`).spots).toEqual([])
})
test('somebody else has a turn after so many texts, and after so much text', () => {
  expect(read('<p>evil.example</p>'.repeat(portion.texts)).turns).toBe(0)
  expect(read('<p>evil.example</p>'.repeat(3 * portion.texts + 3)).turns).toBe(3)
  expect(read(`<p>${'x'.repeat(portion.characters - 10)}</p><p>and evil.example</p>`).turns).toBe(1)
})

// a turn of somebody else's comes before the last text
const long = 'x '.repeat(portion.characters / 2)
test.each<[what: string, markup: string, meanwhile: How['meanwhile'], ...found: string[]]>([
  [
    'a text changes that was read',
    `<p>a.example</p><p>b.example</p><p>${long}</p>`,
    ([a]) => void (a!.data = 'c.example'),
    'b.example b.example',
  ],
  [
    'the one changes that a name goes on in: neither is given',
    `<p>to evil.<b>example</b></p><p>b.example</p><p>${long}</p>`,
    ([, b]) => void (b!.data = 'other'),
    'b.example b.example',
  ],
  [
    'one changes that was not read yet: it is given as it is now',
    `<p>a.example</p><p>${long}</p>`,
    ([, b]) => void (b!.data = 'new.example'),
    'a.example a.example',
    'new.example new.example',
  ],
  [
    'one is taken off: what stood before it goes on in none',
    `<p>to evil.<b>example</b>${long}</p>`,
    ([, b]) => b!.parentNode && takeOff(b!),
    'evil.example evil.|example',
  ],
])('meanwhile %s', (_, markup, meanwhile, ...found) => expect(read(markup, { meanwhile }).spots).toEqual(found))
