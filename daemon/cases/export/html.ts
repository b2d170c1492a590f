import { createHash } from 'node:crypto'
import { withCodes } from '../../../shared/unseen.ts'
import { cellRows, factsOf, insightHead, insightRows } from './facts.ts'
import type { CaseFile, CaseFormat } from './file.ts'

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const text = (said: string) => withCodes(said).replace(/[&<>"']/g, sign => entities[sign]!)

const style = `body{font:11pt/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-size:16pt}h2{font-size:12pt;margin-top:1.6rem}table{border-collapse:collapse;width:100%;font-size:9.5pt}
th,td{border:1px solid #bbb;padding:.25rem .4rem;text-align:left;vertical-align:top;overflow-wrap:break-word}td:nth-child(2),td:last-child{overflow-wrap:anywhere;min-width:8rem}th{white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}dt{color:#555}dd{margin:0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:.3rem 0 .3rem 1rem}li{break-inside:avoid;margin:.3rem 0}time{color:#555}`

/** What a page of an export may do: be looked at, in this one style. */
export const exportPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; sandbox`
// a file has no headers; `sandbox` is for them alone
const policyOfFile = exportPolicy.replace('; sandbox', '')

const cells = (tag: 'th' | 'td', row: readonly string[]) => `<tr>${row.map(cell => `<${tag}>${text(cell)}</${tag}>`).join('')}</tr>`

/** A page to print or to keep. It has no script and takes nothing from anywhere; all text in it is text. */
export const html: CaseFormat = {
  ending: 'html',
  type: 'text/html; charset=utf-8',
  write: (file: CaseFile, now) => {
    const title = text(`${file.case.key} ${file.case.title}`)
    const facts = factsOf(file).map(([name, value]) => `<dt>${text(name)}</dt><dd>${text(value)}</dd>`)
    const said = cellRows(file).map(
      ({ at, by, what, text: words }) =>
        `<li><time>${text(at)}</time> ${text(`${by} ${what}`)}${words && `<pre>${text(words)}</pre>`}</li>`,
    )
    return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policyOfFile}"><meta name="referrer" content="no-referrer"><title>${title}</title><style>${style}</style></head>
<body><h1>${title}</h1>
<dl>${facts.join('')}</dl>
${file.case.description ? `<h2>Description</h2><pre>${text(file.case.description)}</pre>` : ''}
<h2>Signals and evidence</h2>
${
  file.insights.length > 0
    ? `<table><thead>${cells('th', insightHead)}</thead><tbody>${insightRows(file)
        .map(row => cells('td', row))
        .join('')}</tbody></table>`
    : '<p>None.</p>'
}
<h2>Timeline</h2><ol>${said.join('\n')}</ol>
<p><time>Exported ${new Date(now).toISOString()}</time></p></body></html>
`
  },
}
