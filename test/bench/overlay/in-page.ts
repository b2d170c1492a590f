// Everything here runs in the page, put there as text: each function stands on its own.

export const kinds = ['block', 'div', 'span'] as const
export type PageKind = (typeof kinds)[number]

/** Fill the page with log lines from a seed, two addresses in each where it has any: all in one text, a `div` a line, or a `span` a word. */
export function build({ kind, lines, addresses, seed }: { kind: PageKind; lines: number; addresses: boolean; seed: number }): number {
  let state = seed
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
  const hex = () => random(65_536).toString(16)
  const made = (i: number) =>
    !addresses
      ? `node-${random(9_999_999)}`
      : i % 10 < 8
        ? `${1 + random(222)}.${random(256)}.${random(256)}.${random(256)}`
        : i % 10 === 8
          ? `2001:db8:${hex()}::${hex()}`
          : `[2001:db8:${hex()}:${hex()}:${hex()}:${hex()}:${hex()}:${hex()}]:8443`
  // as in logs, few come again and again
  const pool = Array.from({ length: 4_000 }, (_, i) => made(i))
  const address = () => pool[random(pool.length)]!
  const two = (n: number) => String(n % 60).padStart(2, '0')
  const line = (i: number) =>
    `2026-11-21T10:${two(Math.floor(i / 60))}:${two(i)}.${random(1000)}Z host${random(9)} nginx[${random(9999)}]: ${address()} - - "GET /api/v1/items/${random(1e6)}?q=v1.2.3&t=00:1b:44:11:3a:b7 HTTP/1.1" ${[200, 404, 500][random(3)]} ${random(99_999)} "https://example.com/p/${random(1e5)}" "Mozilla/5.0 (X11; Linux x86_64) rt=0.${random(999)}" up=${address()}`
  const all = Array.from({ length: lines }, (_, i) => line(i))
  const asText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const html = {
    block: () => `<pre>${asText(all.join('\n'))}</pre>`,
    div: () => all.map(text => `<div>${asText(text)}</div>`).join(''),
    span: () =>
      all
        .map(
          text =>
            `<div>${text
              .split(' ')
              .map(word => `<span>${asText(word)}</span>`)
              .join(' ')}</div>`,
        )
        .join(''),
  }
  document.body.innerHTML = html[kind]()
  void document.body.offsetHeight
  return all.reduce((sum, { length }) => sum + length + 1, 0)
}

/** Bare regular expressions, for `floor`: one for all addresses of the page, the fastest of several that find just those, and one for IPv4 alone. */
export const expressions = {
  all: String.raw`\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[\da-fA-F]{1,4}(?::[\da-fA-F]{1,4}){7}|[\da-fA-F]{1,4}(?::[\da-fA-F]{1,4})*::[\da-fA-F:]*`,
  v4: String.raw`\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}`,
}

/** What any such overlay has to do: a bare tree walk, and one bare regular expression on top. Times in ms, and how much it found. */
export function floor(expression: string): { walk: number; scan: number; found: number } {
  const time = (work: () => void) => {
    const start = performance.now()
    work()
    return performance.now() - start
  }
  const bare = new RegExp(expression, 'g')
  let found = 0
  let read = 0
  const each = (work: (text: string) => void) => () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) work(node.data)
  }
  const scan = time(
    each(text => {
      bare.lastIndex = 0
      while (bare.exec(text)) found++
    }),
  )
  // second: the first walk over a page also makes what its script sees of it
  const walk = time(each(text => void (read += text.length)))
  return { walk: read > 0 ? walk : 0, scan, found }
}

/** The other way: every match in an element of its own. ms of script, and of the layout that follows. */
export function wrapAll(): { script: number; layout: number; wrapped: number } {
  const bare = /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/g
  const start = performance.now()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const texts: Text[] = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node as Text)
  let wrapped = 0
  for (const text of texts) {
    const { data } = text
    let end = 0
    let pieces: DocumentFragment | undefined
    for (const { index, 0: address } of data.matchAll(bare)) {
      pieces ??= document.createDocumentFragment()
      const mark = document.createElement('mark')
      mark.textContent = address
      mark.style.cssText = 'background: none; color: inherit; text-decoration: underline dotted 2px #7c8590'
      pieces.append(data.slice(end, index), mark)
      end = index + address.length
      wrapped++
    }
    if (pieces) {
      pieces.append(data.slice(end))
      text.replaceWith(pieces)
    }
  }
  const script = performance.now() - start
  const layoutStart = performance.now()
  void document.body.offsetHeight
  return { script, layout: performance.now() - layoutStart, wrapped }
}

/** ms until the first highlight is registered, and the frame that shows it is made. */
export const firstMark = (): Promise<number> =>
  new Promise(resolve => {
    const start = performance.now()
    const look = () => {
      const highlights = [...(CSS.highlights as unknown as Map<string, { size: number }>).values()]
      if (highlights.some(({ size }) => size > 0)) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)))
      else if (performance.now() - start > 20_000) resolve(Number.POSITIVE_INFINITY)
      else setTimeout(look, 4)
    }
    look()
  })

/** How a bare mark may look: a line makes the browser work out anew how far each line of its text reaches, a ground does not. */
export const bareLooks = { line: 'text-decoration: underline dotted 2px #7c8590', ground: 'background-color: #7c8590' }

/** The rule that a page may have had from its beginning. */
export const bareRule = `:root::highlight(bare) { ${bareLooks.line} }`

/** The least that a mark costs in this browser: one address of the first line, by a rule for that line alone, or by the one that is there. */
export const bareMark = (look: string | undefined): Promise<void> =>
  new Promise(resolve => {
    if (look !== undefined) {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(`body > :first-child::highlight(bare) { ${look} }`)
      document.adoptedStyleSheets = [sheet]
    }
    const walker = document.createTreeWalker(document.body.firstElementChild!, NodeFilter.SHOW_TEXT)
    for (let text = walker.nextNode() as Text | null; text; text = walker.nextNode() as Text | null) {
      const found = /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/.exec(text.data)
      if (!found) continue
      const ends = { startOffset: found.index, endOffset: found.index + found[0].length }
      CSS.highlights.set('bare', new Highlight(new StaticRange({ startContainer: text, endContainer: text, ...ends })))
      break
    }
    requestAnimationFrame(() => setTimeout(resolve, 500))
  })

/** What the browser takes to tell which character stands at the end of the screen, ms: of a long text it makes a table first. */
export function bareCaret(): number {
  const start = performance.now()
  ;(document as Document & { caretPositionFromPoint(x: number, y: number): unknown }).caretPositionFromPoint(1, innerHeight - 2)
  return performance.now() - start
}

/** Scroll by a third of a screen in each frame; ms between frames. */
export const scroll = (frames: number): Promise<number[]> =>
  new Promise(resolve => {
    const times: number[] = []
    let last = performance.now()
    scrollTo(0, 0)
    const frame = () => {
      const now = performance.now()
      times.push(now - last)
      last = now
      scrollBy(0, 250)
      if (times.length < frames) requestAnimationFrame(frame)
      else resolve(times.slice(2))
    }
    requestAnimationFrame(frame)
  })

/** A list of 45 rows, all of which get another text in every frame; how many of their marks stood on what is no address or were missing. */
export const recycle = ({ frames, check }: { frames: number; check: boolean }): Promise<{ wrong: number; rows: number }> =>
  new Promise(resolve => {
    const list = document.body
    list.innerHTML = '<div class="row"><span>row</span> <span>from</span> <b>x</b></div>'.repeat(45)
    const cells = [...list.querySelectorAll('b')]
    let round = 0
    let wrong = 0
    let rows = 0
    const counted = () => {
      const marked = new Map<Node, string[]>()
      for (const highlight of (CSS.highlights as unknown as Map<string, Iterable<StaticRange>>).values())
        for (const { startContainer, startOffset, endOffset } of highlight) {
          const text = (startContainer as Text).data.slice(startOffset, endOffset)
          marked.set(startContainer, [...(marked.get(startContainer) ?? []), text])
        }
      for (const cell of cells) {
        const text = cell.firstChild as Text
        const expected = text.data.split(' ')[0]
        rows++
        if (marked.get(text)?.join() !== expected) wrong++
        marked.delete(text)
      }
      wrong += marked.size
    }
    const frame = () => {
      // what the last frame showed; the first round has to ask what is known of 45 addresses
      if (check && round > 250) counted()
      if (round++ > frames) {
        resolve({ wrong, rows })
        return
      }
      cells.forEach((cell, i) => {
        const text = `203.0.113.${(round * 7 + i) % 250} port ${round}`
        if (i % 2) (cell.firstChild as Text).data = text
        else cell.textContent = text
      })
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })

/** A log's tail: 200 lines a second at the end of a list that keeps 5,000, until so many seconds are over. */
export const tail = (seconds: number): Promise<void> =>
  new Promise(resolve => {
    const list = document.body
    list.innerHTML = '<div></div>'.repeat(5_000)
    let count = 0
    const timer = setInterval(() => {
      for (let i = 0; i < 10; i++) {
        count++
        const row = document.createElement('div')
        row.textContent = `2026-11-21T10:00:00Z sshd[${count}]: Failed password for root from ${count % 200}.${count % 113}.113.${count % 250} port 22`
        list.append(row)
        list.firstElementChild!.remove()
      }
      scrollTo(0, document.documentElement.scrollHeight)
    }, 50)
    setTimeout(() => {
      clearInterval(timer)
      resolve()
    }, seconds * 1000)
  })
