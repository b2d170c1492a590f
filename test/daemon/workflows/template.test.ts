import { expect, test } from 'vitest'
import { fill, Missing, templatesIn } from '../../../daemon/workflows/template.ts'
import type { Json, JsonObject } from '../../../shared/json.ts'

const data: JsonObject = {
  Source: { signal: { title: 'Brute force', count: 3, tags: ['a', 'b'], 'dot.key': 'x', nothing: null } },
  Steps: { first: { ok: true, said: '{{ Source.signal.title }}' } },
}

test.each<[value: Json, filled: Json]>([
  ['plain', 'plain'],
  ['{{ Source.signal.title }}', 'Brute force'],
  ['{{Source.signal.title}}: {{ Source.signal.count }}', 'Brute force: 3'],
  // one that is a whole text keeps its type
  ['{{ Source.signal.count }}', 3],
  ['{{ Source.signal.tags }}', ['a', 'b']],
  ['{{ Source.signal.nothing }}', null],
  ['[{{ Source.signal.nothing }}]', '[]'],
  ['tags {{ Source.signal.tags }}', 'tags ["a","b"]'],
  ['{{ Source.signal.tags[1] }}', 'b'],
  ['{{ Source.signal["dot.key"] }}', 'x'],
  [{ deep: ['{{ Steps.first.ok }}'] }, { deep: [true] }],
  // what was filled in is not read again
  ['{{ Steps.first.said }}', '{{ Source.signal.title }}'],
])('%j → %j', (value, filled) => expect(fill(value, data)).toEqual(filled))

test.each([
  ['{{ Source.signal.nope }}', 'Source.signal.nope'],
  ['{{ Source.signal.tags[2] }}', 'Source.signal.tags[2]'],
  ['{{ Source.signal.constructor }}', 'Source.signal.constructor'],
  ['{{ Source.__proto__ }}', 'Source.__proto__'],
  ['{{ Source.signal.title.length }}', 'Source.signal.title.length'],
])('%s is not there, and said to be so; null where that is allowed', (text, path) => {
  expect(() => fill(text, data)).toThrow(new Missing(path))
  expect(fill(text, data, true)).toBeNull()
})

test.each([
  ['{{ 1 + 1 }}'],
  ['{{ f() }}'],
  ['{{ a | b }}'],
  ['{{ }}'],
  ['{{ open'],
  ['{{#if x}}'],
  ['{{ a.b; c }}'],
])('%s is no path', text => expect(templatesIn(`x ${text}`)).toMatchObject([{ keys: [], at: [2, 2 + text.length] }]))
