import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const html = `<!doctype html><meta charset="utf-8"><title>Plain rows</title>
<main class="search">
  <input role="combobox">
  <div class="facets"><ul><li></ul></div>
  <div class="histogram"><svg></svg></div>
  <div role="grid"></div>
</main>
<script src="plain.js"></script>`

interface Runtime {
  sendMessage(message: object): Promise<{ rows?: { doc: { attributes: { title: string } } }[] }>
}

/** In the page: it asks what the explorer asks, and writes down what fits on the screen. */
function plain(): void {
  const main = document.querySelector('main')!
  const input = document.querySelector('input')!
  const grid = document.querySelector('[role=grid]')!
  const { runtime } = (globalThis as unknown as { chrome: { runtime: Runtime } }).chrome
  let asks = 0
  async function ask(): Promise<void> {
    const mine = ++asks
    main.classList.add('busy')
    const to = Date.now()
    const asked = { type: 'search', once: crypto.randomUUID(), track: 'signals', query: input.value, from: to - 30 * 86_400_000, to }
    const { rows } = await runtime.sendMessage({ ...asked, limit: 50, sort: '-timestamp', view: 'plain-page' })
    // what stands there is no query, or no longer the one that was asked
    if (!rows || mine !== asks) return
    grid.innerHTML = ''
    for (const { doc } of rows.slice(0, 20)) {
      const row = grid.appendChild(document.createElement('div'))
      row.setAttribute('role', 'gridcell')
      row.style.height = '36px'
      row.textContent = doc.attributes.title
    }
    main.classList.remove('busy')
  }
  input.addEventListener('input', ask)
  void ask()
}

/** The extension once more, in `folder`, with a page beside its own that has nothing but rows of plain text: what this machine can do. */
export function withPlainPage(extension: string, folder: string): string {
  cpSync(extension, folder, { recursive: true })
  writeFileSync(join(folder, 'plain.html'), html)
  writeFileSync(join(folder, 'plain.js'), `(${plain})()`)
  return folder
}
