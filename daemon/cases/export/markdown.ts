import { withCodes } from '../../../shared/unseen.ts'
import { cellRows, factsOf, insightHead, insightRows } from './facts.ts'
import type { CaseFile, CaseFormat } from './file.ts'

/** Text that is a log's or a page's means nothing in Markdown: on one line, with every sign that could escaped. */
const plain = (text: string) => text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&')
/** What people wrote as Markdown, set off so that it cannot pass for something of the export itself. */
const quoted = (text: string) =>
  text
    .replace(/</g, '&lt;')
    .split(/\r\n|\r|\n/)
    .map(line => `> ${line}`.trimEnd())
    .join('\n')
const row = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`

/** For a wiki, a ticket or a mail. */
export const markdown: CaseFormat = {
  ending: 'md',
  type: 'text/markdown; charset=utf-8',
  write: (file: CaseFile, now) =>
    withCodes(
      [
        `# ${plain(`${file.case.key} ${file.case.title}`)}`,
        factsOf(file)
          .map(([name, value]) => `- ${name}: ${plain(value)}`)
          .join('\n'),
        ...(file.case.description ? ['## Description', quoted(file.case.description)] : []),
        '## Signals and evidence',
        file.insights.length > 0
          ? [row(insightHead), `|${' --- |'.repeat(insightHead.length)}`, ...insightRows(file).map(row)].join('\n')
          : 'None.',
        '## Timeline',
        cellRows(file)
          .map(({ at, by, what, text }) => `${plain(`${at} ${by} ${what}`)}${text && `\n\n${quoted(text)}`}`)
          .join('\n\n'),
        `Exported ${new Date(now).toISOString()}`,
        '',
      ].join('\n\n'),
    ),
}
