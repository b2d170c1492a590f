import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { defang } from '../../shared/defang.ts'
import { hostOf, printObservable, readObservable } from '../../shared/observable.ts'
import { findObservables } from '../../shared/observables.ts'
import { refang } from '../../shared/refang.ts'
import { stepsOf } from './steps.ts'

vi.setConfig({ testTimeout: 60_000 })

const md5 = '44d88612fea8a8f36de82e1278abb02f'
const sha1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709'
const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

// The grammar: a text, and of what is found in it the type, the value, and how it is written there where that is otherwise.
type Row = [text: string, ...found: [type: string, value: string, written?: string][]]
const table: Row[] = [
  // addresses, in every written form; more of them in ip.test.ts
  ['203.0.113.9', ['ip', '203.0.113.9']],
  ['seen 203.0.113.9:22.', ['ip', '203.0.113.9']],
  ['2001:0DB8::0001', ['ip', '2001:db8::1', '2001:0DB8::0001']],
  ['[2001:db8::1]:443', ['ip', '2001:db8::1']],
  ['fe80::1%eth-0 up', ['ip', 'fe80::1', 'fe80::1%eth-0']],
  ['[::ffff:203.0.113.9]:443', ['ip', '203.0.113.9', '::ffff:203.0.113.9']],
  [
    '1[.]2[.]3[.]4, 1(.)2(.)3(.)5 and 1.2.3{dot}6',
    ['ip', '1.2.3.4', '1[.]2[.]3[.]4'],
    ['ip', '1.2.3.5', '1(.)2(.)3(.)5'],
    ['ip', '1.2.3.6', '1.2.3{dot}6'],
  ],
  ['2001[:]db8[:][:]1 and [:][:]1', ['ip', '2001:db8::1', '2001[:]db8[:][:]1'], ['ip', '::1', '[:][:]1']],
  ['Chrome/120.0.0.0 nginx-1.2.3.4 1.2.3.4-rc1 1.2.3.4.5 256.1.1.1'],
  ['at 06:55:46, 12:30 and 00:1a:2b:3c:4d:5e'],
  // blocks and ranges
  ['drop 203.0.113.0/24.', ['ip', '203.0.113.0/24']],
  ['203.0.113.9/24 (its host)', ['ip', '203.0.113.0/24', '203.0.113.9/24']],
  ['2001:db8::/32, 0.0.0.0/0', ['ip', '2001:db8::/32'], ['ip', '0.0.0.0/0']],
  ['203[.]0[.]113[.]0/24', ['ip', '203.0.113.0/24', '203[.]0[.]113[.]0/24']],
  ['203.0.113.9/33 and 203.0.113.9/240/1', ['ip', '203.0.113.9'], ['ip', '203.0.113.9']],
  ['203.0.113.9-203.0.113.12', ['ip', '203.0.113.9-203.0.113.12']],
  ['203.0.113.0–203.0.113.255', ['ip', '203.0.113.0/24', '203.0.113.0–203.0.113.255']],
  ['2001:db8::1-2001:db8::5', ['ip', '2001:db8::1-2001:db8::5']],
  ['203.0.113.12-203.0.113.9', ['ip', '203.0.113.12'], ['ip', '203.0.113.9']],
  ['flow 10.0.0.1-203.0.113.9', ['ip', '10.0.0.1'], ['ip', '203.0.113.9']],
  // domains
  ['evil.com', ['domain', 'evil.com']],
  ['to Login.EVIL.com.', ['domain', 'login.evil.com', 'Login.EVIL.com']],
  [
    'evil[.]com, evil(dot)org, www[.]evil.net',
    ['domain', 'evil.com', 'evil[.]com'],
    ['domain', 'evil.org', 'evil(dot)org'],
    ['domain', 'www.evil.net', 'www[.]evil.net'],
  ],
  ['query: xn--80ak6aa92e.com IN A', ['domain', 'xn--80ak6aa92e.com']],
  ['bank.co.id db01.internal gate7.onion', ['domain', 'bank.co.id'], ['domain', 'db01.internal'], ['domain', 'gate7.onion']],
  ['203.0.113.9.nip.io', ['domain', '203.0.113.9.nip.io'], ['ip', '203.0.113.9']],
  ['evil.zip[/]'],
  ['evil[.]zip and www.evil.rs and evil.com:443', ['domain', 'evil.zip', 'evil[.]zip'], ['domain', 'www.evil.rs'], ['domain', 'evil.com']],
  // files, code and prose
  ['main.rs index.js nginx.conf README.md install.sh libc.so app.py data.json archive.zip movie.mov'],
  ['foo.bar() logger.info("x") user.id=5 host.name http.host process.name'],
  ['at com.example.app.Main.run(Main.java:12) System.Net.Http done.It e.g. i.e. v1.2.3-beta'],
  ['/usr/lib/perl.pl C:\\Windows\\x.cc lib/a.ml deploy.pl:12: failed'],
  ['9.113.0.203.in-addr.arpa'],
  // URLs
  [
    'GET http://evil.com/a.php?x=1#top HTTP/1.1',
    ['url', 'http://evil.com/a.php?x=1', 'http://evil.com/a.php?x=1#top'],
    ['domain', 'evil.com'],
  ],
  ['(see https://evil.com/a_(b)).', ['url', 'https://evil.com/a_(b)'], ['domain', 'evil.com']],
  ['hxxps[:]//evil[.]com/x[.]js!', ['url', 'https://evil.com/x.js', 'hxxps[:]//evil[.]com/x[.]js'], ['domain', 'evil.com', 'evil[.]com']],
  [
    'hXXp://evil[.]rs and h**p[://]evil.com',
    ['url', 'http://evil.rs/', 'hXXp://evil[.]rs'],
    ['domain', 'evil.rs', 'evil[.]rs'],
    ['url', 'http://evil.com/', 'h**p[://]evil.com'],
    ['domain', 'evil.com'],
  ],
  ['http://203.0.113.9:8080/24', ['url', 'http://203.0.113.9:8080/24'], ['ip', '203.0.113.9']],
  ['http://[2001:db8::1]', ['url', 'http://[2001:db8::1]/', 'http://[2001:db8::1]'], ['ip', '2001:db8::1']],
  ['https://me:secret@evil.com/#x', ['url', 'https://evil.com/', 'https://me:secret@evil.com/#x'], ['domain', 'evil.com']],
  [
    'https://a.com/?to=http://b.com/main.rs',
    ['url', 'https://a.com/?to=http://b.com/main.rs'],
    ['domain', 'a.com'],
    ['url', 'http://b.com/main.rs'],
    ['domain', 'b.com'],
  ],
  ['file:///etc/passwd javascript://x http:// https://'],
  // mail
  ['<Eve.B+x@Evil.example>,', ['email', 'eve.b+x@evil.example', 'Eve.B+x@Evil.example'], ['domain', 'evil.example', 'Evil.example']],
  [
    'eve[@]evil[.]com, eve[at]evil.rs',
    ['email', 'eve@evil.com', 'eve[@]evil[.]com'],
    ['domain', 'evil.com', 'evil[.]com'],
    ['email', 'eve@evil.rs', 'eve[at]evil.rs'],
    ['domain', 'evil.rs'],
  ],
  ['root@203.0.113.9 user@host @evil', ['ip', '203.0.113.9']],
  // hashes and weaknesses
  [`md5:${md5} ${sha1.toUpperCase()}`, ['md5', md5], ['sha1', sha1, sha1.toUpperCase()]],
  [`${sha256}.exe`, ['sha256', sha256]],
  [`${md5}0 ${'7'.repeat(32)} x${sha1}`],
  ['(CVE-2021-44228), cve-2024-3094.', ['cve', 'CVE-2021-44228'], ['cve', 'CVE-2024-3094', 'cve-2024-3094']],
  ['CVE‑2021‑44228', ['cve', 'CVE-2021-44228', 'CVE‑2021‑44228']],
  ['xcve-2021-44228 CVE-21-1 CVE-2021-123'],
]

describe('what is found in', () => {
  test.each(table)('%s', (text, ...found) => {
    const expected = found.map(([type, value, written = value]) => ({ type, value, written }))
    expect(findObservables(text).map(({ type, value, from, to }) => ({ type, value, written: text.slice(from, to) }))).toEqual(expected)
  })

  const piece = fc.oneof(
    fc.constantFrom(...table.map(([text]) => text)),
    fc.ipV4(),
    fc.ipV6(),
    fc.webUrl(),
    fc.emailAddress(),
    fc.string({ unit: fc.constantFrom(...'ac.5:/[](@-x {}é'), maxLength: 12 }),
  )
  const glue = fc.constantFrom(' ', ', ', '.', '\n', '(', '"', '/', '[.]', '')
  const anyText = fc.array(fc.tuple(piece, glue), { maxLength: 8 }).map(parts => parts.flat().join(''))

  test('any text is in order, is what is read at its place, and lies beside or within the others', () => {
    let count = 0
    fc.assert(
      fc.property(anyText, text => {
        const found = findObservables(text)
        count += found.length
        for (const [i, { type, value, from, to }] of found.entries()) {
          const read = readObservable(type === 'ip' ? text.slice(from, to).replace('–', '-') : text.slice(from, to), type)
          expect(read && printObservable(read)).toBe(value)
          for (const other of found.slice(i + 1)) {
            expect(other.from).toBeGreaterThanOrEqual(from)
            expect(other.from >= to || other.to <= to).toBe(true)
          }
        }
      }),
      { numRuns: 2000 },
    )
    expect(count).toBeGreaterThan(2000)
  })

  test.each([
    ['http://evil.example/login?ip=203.0.113.66', 'hxxp://evil[.]example/login?ip=203[.]0[.]113[.]66'],
    ['https://evil.example/203.0.113.66/a.exe', 'hxxps://evil[.]example/203[.]0[.]113[.]66/a[.]exe'],
    ['http://evil.example/?next=https://bad.example/x', 'hxxp://evil[.]example/?next=hxxps://bad[.]example/x'],
    ['http://evil.example/?u=ftp://203.0.113.66/', 'hxxp://evil[.]example/?u=fxp://203[.]0[.]113[.]66/'],
    ['http://evil.example/?ip=2001:db8::66&to=who@bad.example', 'hxxp://evil[.]example/?ip=2001[:]db8[:][:]66&to=who@bad[.]example'],
    ['http://[2001:db8::66]:8080/', 'hxxp://[2001[:]db8[:][:]66]:8080/'],
    ['http://[::66]/?ip=[2001:db8:66::]', 'hxxp://[:[:]66]/?ip=[2001[:]db8[:]66[:]:]'],
    ['http://evil.example/?ip=[2001:db8::66]', 'hxxp://evil[.]example/?ip=[2001[:]db8[:][:]66]'],
    ['http://evil.example:8080/?HTTP://x:1', 'hxxp://evil[.]example:8080/?HTTP://x:1'],
  ])('%s is copied as %s, and back', (value, harmless) => {
    expect(defang('url', value)).toBe(harmless)
    expect(readObservable(harmless)).toEqual({ type: 'url', name: value })
  })

  test('a text that was made harmless, and back', () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(refang(refang(text))).toBe(refang(text))
        for (const { type, value } of findObservables(text)) {
          const harmless = defang(type, value)
          expect(refang(harmless)).toBe(value)
          // "::" is code more often than an address, and a sentence's end no part of a URL
          const stands = type === 'ip' ? /\d/.test(value.replace(/\/.*/, '')) : !/[.,;:!?)\]]$/.test(value)
          if (stands) expect(findObservables(` ${harmless} `)[0]).toEqual({ type, value, from: 1, to: harmless.length + 1 })
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('hostile text takes work in proportion to its length', () => {
  const mega = 1_000_000
  const fill = (piece: string) => piece.repeat(Math.ceil(mega / piece.length)).slice(0, mega)
  test.each([
    'a',
    'a.',
    '.',
    '1.',
    '1:',
    ':',
    '::1%-',
    'gg:1::',
    `${'g'.repeat(59)}:1:`,
    'http://',
    'http://a.com/?',
    'http://a.com/)',
    'http://(',
    'a@',
    'a.b@',
    '@a.com',
    `${'x'.repeat(70)}@a.com`,
    '1[.]',
    '1[.]2[.]3[.]4 ',
    '[:]',
    'hxxp[:',
    'a[at]',
    'CVE-2021-',
    'cve-2021-4422',
    'xn--',
    `${'a-'.repeat(60)}.`,
    '203.0.113.9-',
    '203.0.113.9/24',
    'é',
  ])('of %s', piece => {
    const { steps, longest } = stepsOf(() => findObservables(fill(piece)))
    expect(longest).toBeLessThanOrEqual(2048)
    expect(steps / mega).toBeLessThan(150)
  })
})

test.each([
  ['http://[2001:DB8::1]:80/a', 'ip', '2001:db8::1'],
  ['http://203.0.113.9:8080/x', 'ip', '203.0.113.9'],
  ['hxxp://www[.]evil[.]example./x', 'domain', 'www.evil.example'],
  ['eve@Evil.example', 'domain', 'evil.example'],
])('%s lies on the %s %s', (written, type, value) => {
  const host = hostOf(readObservable(written)!)!
  expect([host.type, printObservable(host)]).toEqual([type, value])
})
test.each(['ftp://localhost/x', 'evil.example', '203.0.113.9'])('%s lies on nothing that can be looked up', written => {
  expect(hostOf(readObservable(written)!)).toBe(undefined)
})
