import { expect, test } from 'vitest'
import { hueOf } from '../../../../extension/explorer/search/visuals/asked.ts'

test.each([
  ['status', 'critical', 4, 'critical'],
  ['status', 'error', 4, 'high'],
  ['status', 'ok', 4, 'hue-5'],
  ['status', 'somebody’s own', 4, 'hue-4'],
  ['service', 'critical', 10, 'hue-1'],
  [undefined, '', 0, 'hue-0'],
])('%s %s, the %ith → %s', (path, name, at, hue) => expect(hueOf(path, name, at)).toBe(hue))
