/** Cells of the first row of a table that is no comment: by `,` `;` or tab, whichever it has most of. Quotes are taken off. */
export function csvHead(text: string): string[] {
  const line = text.split(/\r?\n/, 1_000).find(one => one.trim() !== '' && !one.startsWith('#')) ?? ''
  const by = [',', ';', '\t'].map(sign => ({ sign, count: line.split(sign).length })).sort((a, b) => b.count - a.count)[0]!
  if (by.count < 2) return line.trim() === '' ? [] : [line.trim()]
  return line.split(by.sign).map(cell => cell.trim().replace(/^"(.*)"$/s, '$1'))
}

const known: Record<string, RegExp> = {
  value: /^(?:ip|ip_?addr(?:ess)?|address|cidr|network|indicator|ioc(?:_value)?|value|domain|host|url|hash|sha256|md5|dst_?ip|src_?ip)$/i,
  category: /^(?:category|threat|threat_?type)$/i,
  subcategory: /^(?:subcategory|malware)$/i,
  intention: /^(?:intention|verdict)$/i,
  score: /^(?:score|confidence|confidence_level)$/i,
  seen: /^(?:last_?seen|seen|last_?online)$/i,
  from: /^(?:first_?seen|valid_?from)$/i,
  until: /^(?:until|valid_?until|expires?)$/i,
}

/** What the columns of a table seem to mean by their names: meaning → place from 0. */
export function guessColumns(head: readonly string[]): Record<string, number> {
  const guessed: Record<string, number> = {}
  head.forEach((name, at) => {
    const meaning = Object.keys(known).find(one => guessed[one] === undefined && known[one]!.test(name.trim().replaceAll(' ', '_')))
    if (meaning) guessed[meaning] = at
  })
  return guessed
}

/** Whether a first row names columns: none of its cells is itself an address or a link. */
export const isHead = (cells: readonly string[]): boolean =>
  !cells.some(cell => /^\d+\.\d+\.\d+\.\d+|:\/\/|^[0-9a-f]{32,64}$/i.test(cell.trim()))
