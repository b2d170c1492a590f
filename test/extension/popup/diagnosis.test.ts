import { expect, test } from 'vitest'
import { type Here, nothingRead } from '../../../extension/messages.ts'
import { diagnose } from '../../../extension/popup/diagnosis.ts'
import { defaultSettings } from '../../../extension/settings.ts'

const { marks } = defaultSettings
const none = { blocked: false, signal: false, match: false, trusted: false, unknown: false }
const here: Here = {
  ...nothingRead,
  crowded: false,
  marking: true,
  found: 12,
  bad: 3,
  origin: 'https://logs.example.net',
  on: true,
  reach: 'site',
  granted: true,
}

test.each<[what: string, Partial<Here>, chosen: typeof marks, says: RegExp | undefined, remedy?: string]>([
  ['all is well', {}, marks, undefined],
  ['a page that is no site', { origin: null, marking: false }, marks, undefined],
  ['marks are off', { reach: 'off', marking: false, granted: false }, marks, undefined],
  ['the site was taken back in the browser', { granted: false, marking: false }, marks, /keeps Signalbox off/, 'allow'],
  ['the same, of all sites', { reach: 'all', granted: false, marking: false }, marks, /keeps Signalbox off/, 'allow'],
  ['this page only: no site is asked for', { reach: 'page', granted: false }, marks, undefined],
  ['no script answers', { marking: false }, marks, /does not answer/, 'reload'],
  ['all kinds are off', {}, none, /All kinds of marks are switched off/, 'options'],
  ['a picture', { drawn: true, found: 0, bad: 0 }, marks, /as a picture.*right-click\.$/],
  ['a picture that is read aloud', { drawn: true, spoken: ['203.0.113.9'] }, marks, /or look up what it reads aloud/],
  ['too long', { cut: true }, marks, /counts only its beginning/],
  ['faster than it can be read', { behind: true, bad: 0 }, marks, /changes faster than it can be read/],
  ['frames without end', { crowded: true }, marks, /more than 200 frames: marks are in the first 200/],
  ['no address', { found: 0, bad: 0 }, marks, /No IP address/],
  ['no address, but a name in a feed', { found: 0, bad: 1 }, marks, undefined],
  ['no address, but a name in an open signal', { found: 0, bad: 0, signals: 1 }, marks, undefined],
  ['nothing known', { bad: 0 }, marks, /12 addresses here, none known bad\. Unknown ones are not marked/, 'options'],
  ['nothing known, one address, all marked', { bad: 0, found: 1 }, { ...marks, unknown: true }, /^1 address here, none known bad\.$/],
])('%s', (_, more, chosen, says, remedy) => {
  const found = diagnose({ ...here, ...more }, chosen)
  if (says) expect(found?.says).toMatch(says)
  else expect(found).toBeUndefined()
  expect(found?.remedy).toBe(remedy)
})
