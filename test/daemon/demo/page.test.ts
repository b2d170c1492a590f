import { expect, test } from 'vitest'
import { logPage } from '../../../daemon/demo/page.ts'

const at = Date.UTC(2025, 5, 3, 12)
const line = (text: string, minutes = 0) => ({ time: at + minutes * 60_000, text, sender: { tags: [] } })

test.each([
  ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['</pre><img src=x onerror="alert(1)">', '&lt;/pre&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;'],
  ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
])('%s', (text, shown) => expect(logPage([line(text)])).toContain(`<pre>${shown}</pre>`))

test('what is worth a look stands at the top', () => {
  const page = logPage([line('1st'), line('2nd', 59)], [line('1st')])
  expect(page.match(/1st|2nd|Worth a look|\d\d:00 UTC/g)).toEqual(['Worth a look', '1st', '12:00 UTC', '2nd', '1st'])
})

test('newest first, by the hour', () => {
  const page = logPage([line('1st'), line('2nd', 59), line('3rd', 60)])
  expect(page.match(/1st|2nd|3rd|\d\d:00 UTC/g)).toEqual(['13:00 UTC', '3rd', '12:00 UTC', '2nd', '1st'])
})
