import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Answers, openOverlay } from './overlay.ts'
import { bruteForce, details, facts, kinds, live, logPage, settings, signals } from './overlay-data.ts'

// The card where the person has set the colours: what grounds, shades and hues tell elsewhere is still told, by a line or by the form.

const address = '183.62.140.253'
const known = bruteForce()
// one of each severity
known.signals.latest.push(signals.locked(), { ...signals.users(), id: 's4', title: 'Root', severity: 'critical' })
const answers: Answers = {
  ...{ on: true, kinds, details, settings, connection: live },
  facts: { ...facts, [address]: known },
}
const folder = process.env['SIGNALBOX_SHOTS']
let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
beforeAll(async () => {
  overlay = await openOverlay(answers)
})
afterAll(() => overlay?.close())
afterEach(() => page?.close())

const shot = async (name: string) => folder && void (await page.screenshot({ path: `${folder}/forced-${name}.png` }))
/** How each of these looks, by all that forced colours leave of it. */
const looksOf = (selector: string) =>
  page.evaluate(selector => {
    const shadow = document.documentElement.lastElementChild!.shadowRoot!
    return [...shadow.querySelectorAll(selector)].map(element => {
      const { color, backgroundColor, borderTopStyle, borderTopWidth, outlineStyle, fill } = getComputedStyle(element)
      const around = getComputedStyle(element.parentElement!).color
      return { color, around, ground: backgroundColor, border: `${borderTopWidth} ${borderTopStyle}`, outline: outlineStyle, fill }
    })
  }, selector)
/** What a selection looks like. */
const highlighted = () =>
  page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('i'))
    probe.style.cssText = 'forced-color-adjust: none; background: Highlight; color: HighlightText'
    const { color, backgroundColor: ground } = getComputedStyle(probe)
    probe.remove()
    return { color, ground }
  })
const drawn = async (selector: string) => (await looksOf(selector))[0]!

test.each(['light', 'dark'] as const)('%s: what is chosen, pressed, focused, severe or in the way is seen', async colorScheme => {
  page = await overlay.visit(logPage, { inject: false })
  await page.emulateMedia({ forcedColors: 'active', colorScheme })
  await overlay.openTrees(page)
  await overlay.inject(page)
  await overlay.push(page, { type: 'card', ip: address, text: '' })
  await page.getByText('Web scanner').waitFor()
  await shot(`card-${colorScheme}`)
  expect(await drawn('.card')).toMatchObject({ border: '1px solid' })
  for (const tag of await looksOf('.tag')) expect(tag.border).toBe('1px solid')
  // a severity has the colour of its word, and the form of its own
  for (const { color, around } of await looksOf('.sev .glyph')) expect(color).toBe(around)
  const forms = await page.evaluate(() =>
    [...document.documentElement.lastElementChild!.shadowRoot!.querySelectorAll('.sev')].map(one => [
      one.textContent,
      one.querySelector('.glyph')!.innerHTML,
    ]),
  )
  expect(new Map(forms as [string, string][]).size).toBe(4)
  expect(new Set(forms.map(([, form]) => form)).size).toBe(4)
  expect((await drawn('.bars *')).fill).toBe((await drawn('.bars')).color)

  const chosen = await highlighted()
  await page.getByRole('button', { name: 'Keep open' }).click()
  await expect.poll(() => drawn('[aria-pressed="true"]')).toMatchObject(chosen)
  expect(await drawn('[aria-pressed="true"] svg')).toMatchObject({ color: chosen.color })

  await page.getByRole('button', { name: /Assignee|analyst-1/ }).click()
  expect(await drawn('.menu')).toMatchObject({ border: '1px solid' })
  expect(await drawn('.menu :focus')).toMatchObject({ outline: 'solid' })
  await shot(`menu-${colorScheme}`)
  await page.keyboard.press('Escape')

  await page.keyboard.press('e')
  await page.getByText('Why is this done').waitFor()
  await page.keyboard.press('3')
  await expect.poll(() => drawn('.choices label:has(:checked)')).toMatchObject(chosen)
  expect(await drawn('.choices label:has(:checked) kbd')).toMatchObject({ color: chosen.color })
  expect(await drawn('.archive')).toMatchObject({ border: '1px solid' })
  await shot(`archive-${colorScheme}`)
  // by Tab through all of it
  const stops = new Set<string>()
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Tab')
    for (const focused of await looksOf(':focus-visible:not(.card, .choices input), label:has(:focus-visible)')) {
      expect(focused.outline).toBe('solid')
      stops.add(JSON.stringify(await page.evaluate(() => document.documentElement.lastElementChild!.shadowRoot!.activeElement!.outerHTML)))
    }
  }
  expect(stops.size).toBeGreaterThan(4)
})

test.each(['light', 'dark'] as const)('%s: a notice has a line around it', async colorScheme => {
  await overlay.set({ ...answers, failure: { error: 'x', status: 0 }, connection: { state: 'away', since: null, nextTry: 0 } })
  page = await overlay.visit(logPage, { inject: false })
  await page.emulateMedia({ forcedColors: 'active', colorScheme })
  await overlay.openTrees(page)
  await overlay.inject(page)
  await overlay.push(page, { type: 'card', ip: address, text: '' })
  await page.getByText('does not answer').waitFor()
  await shot(`away-${colorScheme}`)
  expect(await drawn('.notice')).toMatchObject({ border: '1px solid' })
})
