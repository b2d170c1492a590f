import { expect, test } from 'vitest'
import { parseUrl } from '../../shared/url.ts'

test('https://münchen.example/ after two hundred thousand others: once the engine has compiled it, letters beyond ASCII are still read', () => {
  for (let n = 0; n < 200_000; n++) if (!parseUrl(`https://a.example/${n % 7}`)) throw new Error(`${n} was not read`)
  expect(parseUrl('https://münchen.example/')?.host).toBe('xn--mnchen-3ya.example')
})

test.for(['', 'example.net', 'http://', 'http://[::1', 'https://a b/'])('“%s” is no address', text => {
  expect(parseUrl(text)).toBeUndefined()
})
