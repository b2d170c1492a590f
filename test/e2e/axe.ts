import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { shot } from './surfaces.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong with a page as it is, as WCAG 2.2 AA has it. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  // what still fades has less contrast than it will have: a panel that opens, a list whose search takes its time
  await page.waitForFunction(() => document.querySelector('.slow') === null)
  await page.evaluate(() => {
    // not the time that a toast has left, nor what turns for ever
    const ending = document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().endTime) <= 1_000)
    return Promise.allSettled(ending.map(({ finished }) => finished))
  })
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(of: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  })
}

/** A picture, where they are wanted, and no fault that axe finds, in light and dark. */
export async function look(page: Page, name: string): Promise<void> {
  await shot(page, name)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await faults(page), `${name} in ${colorScheme}`).toEqual([])
  }
}
