import type { Frame, Page } from 'playwright-core'
import { expect } from 'vitest'

interface Node {
  role?: { value: string }
  name?: { value: string }
  ignored: boolean
  backendDOMNodeId: number
}

/** The card is in a closed tree, which no script of the page can enter: it is read and clicked as assistive technology does. `where` is
 * the frame of another site that it stands in. */
export function readCard(page: Page, where: Page | Frame = page) {
  const nodes = async () => {
    const session = await page.context().newCDPSession(where)
    // the card is the last thing on the page; a page may hide the names of its elements
    const { result } = await session.send('Runtime.evaluate', { expression: 'document.lastChild.lastChild' })
    const { nodes } = (await session.send('Accessibility.queryAXTree', { objectId: result.objectId! })) as { nodes: Node[] }
    return {
      session,
      nodes: nodes
        .filter(({ ignored }) => !ignored)
        .map(node => ({ id: node.backendDOMNodeId, role: node.role?.value ?? '', name: node.name?.value ?? '' })),
    }
  }
  const find = async (role: string, name: string | RegExp) => {
    const { session, nodes: all } = await nodes()
    const node = all.find(one => one.role === role && (typeof name === 'string' ? one.name === name : name.test(one.name)))
    if (!node) return undefined
    // not by the page's own functions: a page may have broken them
    await session.send('DOM.scrollIntoViewIfNeeded', { backendNodeId: node.id })
    const { object } = (await session.send('DOM.resolveNode', { backendNodeId: node.id })) as { object: { objectId: string } }
    const { result } = await session.send('Runtime.callFunctionOn', {
      objectId: object.objectId,
      functionDeclaration:
        'function () { const shown = this instanceof Element ? this : this.parentElement; const { x, y, width, height } = shown.getBoundingClientRect(); return { x: x + width / 2, y: y + height / 2 } }',
      returnByValue: true,
    })
    return result.value as { x: number; y: number }
  }
  const text = async () => (await nodes()).nodes.map(({ name }) => name).join('\n')
  return {
    find,
    text,
    says: (expected: string | RegExp) => expect.poll(text).toMatch(expected),
    closes: () => expect.poll(async () => (await nodes()).nodes.some(({ role }) => role === 'dialog')).toBe(false),
    opens: (address: string) => expect.poll(async () => (await find('dialog', address)) !== undefined).toBe(true),
    async click(role: string, name: string | RegExp): Promise<void> {
      await expect.poll(() => find(role, name)).toBeTruthy()
      const { x, y } = (await find(role, name))!
      await page.mouse.click(x, y)
    },
  }
}
