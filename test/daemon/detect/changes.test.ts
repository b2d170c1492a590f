import { expect, test } from 'vitest'
import { changesBetween } from '../../../daemon/detect/changes.ts'
import type { JsonObject } from '../../../shared/json.ts'

test.each<[JsonObject, JsonObject, unknown[]]>([
  [{ a: 1 }, { a: 1 }, []],
  [{ a: 1 }, { a: 2 }, [['a', 'update', 1, 2]]],
  [{}, { a: null }, [['a', 'create', undefined, null]]],
  [{ a: [1] }, {}, [['a', 'delete', [1], undefined]]],
  [{ a: [1, 2] }, { a: [2, 1] }, [['a', 'update', [1, 2], [2, 1]]]],
  [{ a: { b: 1, c: { d: 2 } } }, { a: { b: 1, c: { d: 3 } } }, [['a.c.d', 'update', 2, 3]]],
  [{ a: { b: 1 } }, { a: 'b' }, [['a', 'update', { b: 1 }, 'b']]],
  [JSON.parse('{"__proto__":{"x":1}}') as JsonObject, {}, [['__proto__', 'delete', { x: 1 }, undefined]]],
])('%j to %j', (before, after, expected) => {
  expect(changesBetween(before, after).map(({ field, type, before, after }) => [field, type, before, after])).toEqual(expected)
})
