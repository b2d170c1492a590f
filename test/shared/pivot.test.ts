import { describe, expect, test } from 'vitest'
import { defaultPivots } from '../../daemon/pivots/defaults.ts'
import { printObservable, readObservable } from '../../shared/observable.ts'
import { faultOf, isOwnHost, linksFor, type Pivot, pivotKinds } from '../../shared/pivot.ts'

const pivot = (more: Partial<Pivot> = {}): Pivot => ({
  ...{ name: 'Site', template: 'https://site.example/?q={value}', kinds: pivotKinds, intranet: false, enabled: true },
  ...more,
})
const linksOf = (value: string, ...pivots: Pivot[]) => {
  const read = readObservable(value)!
  return linksFor(pivots, read.type, printObservable(read))
}
const hrefOf = (value: string, more: Partial<Pivot> = {}) => linksOf(value, pivot(more))[0]!.href

describe('a template is refused, and where', () => {
  test.each<[template: string, bad: string | [number, number]]>([
    ['', [0, 0]],
    ['javascript:alert({value})', 'javascript:alert({value})'],
    ['JaVaScRiPt:alert({value})', 'JaVaScRiPt:alert({value})'],
    ['data:text/html,{value}', 'data:text'],
    ['vbscript:{value}', 'vbscript:{value}'],
    ['file:///etc/{value}', 'file:'],
    [' https://site.example/{value}', ' https:'],
    ['//site.example/{value}', [0, 1]],
    ['https:/site.example/{value}', 'https:'],
    ['https:///{value}', '/'],
    ['https://{value}/', '{value}'],
    ['https://{value}.site.example/{value}', '{value}.site.example'],
    ['https://site.example', [20, 20]],
    ['https://site.example/', '/'],
    ['https://site.example/{ip}', '{ip}'],
    ['https://site.example/{value}/{', '{'],
    ['https://site.example/{{value}}', '{'],
    ['https://site.example/a b/{value}', ' '],
    ['https://site.example/"{value}"', '"'],
    ['https://site.example/<{value}', '<'],
    ['https://site.example\\@evil.example/{value}', '\\'],
    ['https://site.example/\u202e{value}', '\u202e'],
    ['https://s\u0456te.example/{value}', '\u0456'],
    ['https://site.example/\n{value}', '\n'],
    ['https://me:secret@site.example/{value}', 'me:secret@'],
    ['https://site.example:99999/{value}', 'site.example:99999'],
    ['https://site.example/%{value}', '%{v'],
    [`https://site.example/${'a'.repeat(2000)}{value}`, [2000, 2028]],
  ])('%j', (template, bad) => {
    const fault = faultOf(template)
    expect(fault?.message).toMatch(/./)
    if (typeof bad === 'string') expect(template.slice(...fault!.at)).toBe(bad)
    else expect(fault!.at).toEqual(bad)
  })
})
test.each([
  'https://site.example/{value}',
  'http://10.0.0.5:8080/search#{value}',
  'http://[fd00::1]/x?a={value}&b={value}',
  'https://wiki/{value}',
  'https://site.example?q=%22{value}%22',
])('%s is a template', template => expect(faultOf(template)).toBeUndefined())
test('those that come along are', () => {
  expect(defaultPivots.map(({ template }) => faultOf(template))).toEqual(defaultPivots.map(() => undefined))
  expect(new Set(defaultPivots.map(({ name }) => name)).size).toBe(defaultPivots.length)
})

describe('what a value becomes', () => {
  test.each([
    ['8.8.8.8', 'https://site.example/?q=8.8.8.8'],
    ['8.8.8[.]8', 'https://site.example/?q=8.8.8.8'],
    ['2001:4860:4860::8888', 'https://site.example/?q=2001%3A4860%3A4860%3A%3A8888'],
    ['8.8.8.0/24', 'https://site.example/?q=8.8.8.0%2F24'],
    ['http://evil.com/a?b=c&d=(e)#f', 'https://site.example/?q=http%3A%2F%2Fevil.com%2Fa%3Fb%3Dc%26d%3D%28e%29'],
    ['who@evil.com', 'https://site.example/?q=who%40evil.com'],
    ['cve-2021-44228', 'https://site.example/?q=CVE-2021-44228'],
  ])('%s → %s', (value, href) => expect(hrefOf(value)).toBe(href))
  test('a $ in a value is no pattern, and every place is filled', () =>
    expect(hrefOf("http://evil.com/$&$'", { template: 'https://site.example/{value}#{value}' })).toBe(
      'https://site.example/http%3A%2F%2Fevil.com%2F%24%26%24%27#http%3A%2F%2Fevil.com%2F%24%26%24%27',
    ))
  test.each([
    'http://evil.com/?\'"><script>',
    'http://evil.com/../../x',
    'http://evil.com/\\..\\',
    'http://evil.com/%2e%2e/',
  ])('no value changes where a link leads: %s', value => {
    for (const template of [
      'https://site.example/a/{value}/b?c#d',
      'https://site.example/a/?x={value}&b#d',
      'https://site.example/a/#{value}',
    ]) {
      const href = hrefOf(value, { template })!
      const url = new URL(href)
      expect([url.origin, url.pathname.startsWith('/a/')]).toEqual(['https://site.example', true])
      expect(decodeURIComponent(href)).toContain(readObservable(value)!.type === 'url' ? 'http://evil.com/' : value)
      expect(href.split('?').length + href.split('#').length).toBe(template.split('?').length + template.split('#').length)
    }
  })
})

describe('what is of one’s own network is never in a link that leads outside', () => {
  test.each([
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '127.0.0.1',
    '169.254.1.1',
    '100.64.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '0.0.0.0',
    '198.18.0.1',
    '::1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '::ffff:10.1.2.3',
    '64:ff9b::a01:203',
    '2002:a01:203::1',
    '10.0.0.0/8',
    '0.0.0.0/0',
    '9.255.255.0-10.0.0.5',
    '11.0.0.0-200.0.0.0',
    'fc00::/7',
    'http://10.1.2.3/x',
    'http://[fd00::1]/x',
    'http://0x0a010203/x',
    'http://jenkins/job',
    'https://jenkins.corp/job',
    'db1.internal',
    'printer.local',
    'nas.home.arpa',
    'who@mail.intranet',
  ])('%s', value => {
    expect(linksOf(value, pivot())).toEqual([{ name: 'Site', host: 'site.example', href: null, own: expect.stringMatching(/^an? /) }])
    expect(hrefOf(value, { intranet: true })).toMatch(/^https:\/\/site\.example\//)
    expect(hrefOf(value, { template: 'http://10.0.0.5/{value}' })).toMatch(/^http:\/\/10\.0\.0\.5\//)
    expect(hrefOf(value, { template: 'https://cmdb/{value}' })).toMatch(/^https:\/\/cmdb\//)
  })
  test.each([
    '8.8.8.8',
    '203.0.113.9',
    '2001:db8::1',
    '8.8.8.0/24',
    'evil.com',
    'http://8.8.8.8/',
    'd41d8cd98f00b204e9800998ecf8427e',
    'CVE-2021-44228',
  ])('%s may be told to anybody', value => expect(hrefOf(value)).toMatch(/^https:/))
})
test.each([
  ...['cmdb', 'localhost', 'wiki.corp', 'a.internal', 'a.internal.', '10.0.0.5', '127.0.0.1', 'fd00::1', 'x.home.arpa'].map(
    host => [host, true] as const,
  ),
  ...['site.example', 'internal.example', '8.8.8.8', 'notlocal', 'evil-corp.com', '203.0.113.9']
    .slice(0, 3)
    .map(host => [host, false] as const),
  ...['evil-corp.com', '203.0.113.9', 'a.notinternal.com'].map(host => [host, false] as const),
])('%s is a host of one’s own: %s', (host, own) => expect(isOwnHost(host)).toBe(own))

test('a link is offered for its kinds alone, and none that is switched off', () => {
  const all = ['8.8.8.8', '8.8.8.0/24', 'evil.com', 'http://evil.com/', 'a@evil.com', 'd41d8cd98f00b204e9800998ecf8427e', 'CVE-2021-44228']
  expect(all.map(value => pivotKinds.filter(kind => linksOf(value, pivot({ kinds: [kind] })).length > 0))).toEqual(
    pivotKinds.map(kind => [kind]),
  )
  expect(linksOf('8.8.8.8', pivot({ enabled: false }))).toEqual([])
  // a file that somebody edited past the check
  expect(linksOf('8.8.8.8', pivot({ template: 'javascript:{value}' }))).toEqual([])
})
