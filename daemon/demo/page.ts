import type { DemoLine } from './line.ts'

const hour = 3_600_000
const letters: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const toHtml = (text: string) => text.replace(/[&<>"]/g, letter => letters[letter]!)
const style = `:root{color-scheme:light dark}body{margin:0;font:13px/1.4 system-ui,sans-serif}header{position:sticky;top:0;padding:10px 16px;background:light-dark(#f3f3f3,#262629);border-bottom:1px solid light-dark(#ccc,#3a3a3d)}
h1{display:inline;margin-right:12px;font-size:15px}h2{margin:16px 16px 0;font-size:13px}pre{margin:0;padding:4px 16px;font:12.5px/1.7 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}`

const section = (title: string, texts: readonly string[]) => `<h2>${title}</h2>\n<pre>${toHtml(texts.toReversed().join('\n'))}</pre>`

/**
 * The night as a page of somebody else's log viewer, without a script: first the lines that are `worth` a look, then all, newest hour first.
 * What attackers wrote stands there as text. Both are in time order.
 */
export function logPage(lines: readonly DemoLine[], worth: readonly DemoLine[] = []): string {
  const hours = new Map<number, string[]>()
  for (const { time, text } of lines) {
    const start = Math.floor(time / hour) * hour
    const texts = hours.get(start) ?? []
    texts.push(text)
    hours.set(start, texts)
  }
  const sections = [...hours]
    .sort(([a], [b]) => b - a)
    .map(([start, texts]) => section(`${new Date(start).toISOString().slice(0, 13)}:00 UTC`, texts))
  const top =
    worth.length > 0
      ? [
          section(
            'Worth a look',
            worth.map(({ text }) => text),
          ),
        ]
      : []
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Logs - all hosts</title><style>${style}</style></head>
<body><header><h1>Logs</h1><span>all hosts, ${lines.length} lines, newest first</span></header>
<main>
${[...top, ...sections].join('\n')}
</main></body></html>
`
}
