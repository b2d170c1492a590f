// What a page can do to find out that the extension is there. It is the page's own script, so that it sees what a page sees, in both browsers.

function watch() {
  const seen: string[] = []
  Object.assign(globalThis, { seen })
  new MutationObserver(records => seen.push(...records.map(({ type }) => type))).observe(document, {
    ...{ subtree: true, childList: true, attributes: true, characterData: true },
  })
  for (const type of ['message', 'securitypolicyviolation', 'error', 'unhandledrejection', 'focus', 'blur'])
    addEventListener(type, () => seen.push(type), true)
  for (const of of [document, document.documentElement, document.body])
    for (const type of ['click', 'custom', 'wxt:content-script-started']) of.addEventListener(type, () => seen.push(type))
}
/** `root` is the address of the extension, which in Firefox is another in each profile. */
async function looked(root: string) {
  const resources = performance.getEntriesByType('resource').filter(({ name }) => name.includes('extension')).length
  const image = (url: string) =>
    new Promise<string>(resolve => {
      const image = new Image()
      image.onload = () => resolve(url)
      image.onerror = () => resolve('')
      image.src = url
    })
  const fetched = await Promise.all([
    ...['page.js', 'early.js', 'card.js', 'manifest.json', 'icons/16.png', 'popup.html'].map(file =>
      fetch(`${root}/${file}`).then(
        () => file,
        () => '',
      ),
    ),
    image(`${root}/icons/16.png`),
  ])
  // what it has asked for itself
  performance.clearResourceTimings()
  return {
    html: document.documentElement.outerHTML,
    names: Object.getOwnPropertyNames(globalThis).sort(),
    symbols: Object.getOwnPropertySymbols(globalThis).length,
    native: [Range, Highlight, MutationObserver, IntersectionObserver].map(of => of.prototype.constructor.toString()),
    members: [Node, Element, Document, Range, Highlight, HighlightRegistry].map(of => Object.getOwnPropertyNames(of.prototype).join()),
    styles: [document.styleSheets.length, document.adoptedStyleSheets.length],
    resources,
    storage: [localStorage.length, sessionStorage.length, document.cookie],
    elements: document.querySelectorAll('*').length,
    highlights: [...(CSS.highlights as unknown as Map<string, unknown>).keys()],
    fetched: fetched.join(''),
    seen: (globalThis as unknown as { seen: string[] }).seen.join(),
  }
}

export type Looked = Awaited<ReturnType<typeof looked>>
/** In a page of `detecting`: everything that it can look at. */
export const look = (root: string): Promise<Looked> => (globalThis as unknown as { looked: typeof looked }).looked(root)
/** What it finds of an extension that does nothing on it. */
export const nothing = { highlights: [], resources: 0, fetched: '' }
/** A body that watches from its start on. */
export const detecting = (body: string) => `${body}<script>${watch}${looked}watch()</script>`
