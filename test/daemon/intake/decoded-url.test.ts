import { expect, test } from 'vitest'
import { decodedUrl } from '../../../daemon/intake/decoded-url.ts'
import { normalise } from '../../../daemon/intake/normalise.ts'

test.each([
  ['/item?id=%3Cscript%3E', '/item?id=<script>'],
  ['/item?id=1%2527%2520or%25201%253D1', "/item?id=1' or 1=1"],
  ['/item?q=a+b%2Bc', '/item?q=a b+c'],
  ['/a+b', '/a+b'],
  ['/?q=%u003Cb%u003e', '/?q=<b>'],
  ['/?q=\\x3Cb\\u003e', '/?q=<b>'],
  ['/?q=&lt;b&#62;&#x3c;/b&gt;', '/?q=<b></b>'],
  ['/?q=java%0a%09script%00:', '/?q=java script :'],
  ['/?q=%C3%BC%FF', '/?q=ü\ufffd'],
  ['/?q=&#9999999;&#xd800;', '/?q=&#9999999;&#xd800;'],
  ['/?q=100%', '/?q=100%'],
  ["/?q=it's", "/?q=it's"],
  ['/?id=admin--', '/?id=admin--'],
])('%s → %s', (url, decoded) => expect(decodedUrl(url)).toBe(decoded))

test.each(['/', '/a/b-c_d.html?x=1&y=2,3', 'https://example.com:8443/a?t=06:00', ''])('%s: ordinary, nothing is kept', url =>
  expect(decodedUrl(url)).toBeUndefined())

test('escapes within escapes end, and so does a long URL', () => {
  const deep = (times: number) => `/?q=%${'25'.repeat(times)}3C`
  expect(decodedUrl(deep(2))).toBe('/?q=<')
  expect(decodedUrl(deep(9))).toBe(deep(6))
  expect(decodedUrl(`/?${'%41'.repeat(1_000_000)}`)!.length).toBeLessThanOrEqual(8192)
})

test.each([
  ['a line', '203.0.113.9 - - [10/Dec/2024:06:00:00 +0000] "GET /a?b=%27 HTTP/1.1" 200 5'],
  ['an object', { ddsource: 'nginx', http: { url: '/a?b=%27' } }],
])('%s: http.url stays as it was sent, http.url_details.decoded is beside it', (_, item) => {
  const { attributes } = normalise(item, { stream: 'live' }, { now: 0, zone: 0 })
  expect(attributes).toMatchObject({ http: { url: '/a?b=%27', url_details: { decoded: "/a?b='" } } })
})
