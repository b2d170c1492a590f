/** Where one is in the explorer: a section, and what is shown of it. The URL holds all of it, so that a link brings back the same picture. */
export interface Place {
  section: string
  /** Without empty values: what is not there has its default. */
  with: Readonly<Record<string, string>>
}

/** Longest value of a link. A query that is longer than a query may be is one that can be told what is wrong with it. */
const longest = 65_536

/** How links of a section name what is open in it. */
const openedAs: Readonly<Record<string, string>> = { signals: 'signal' }

/** `#/rules?severity=high,low&rule=abc`. What cannot be read is no place, and its section is empty. */
export function readPlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s)
  const known = [...new URLSearchParams(query)].filter(
    ([key, value]) => /^[a-z]{1,20}$/.test(key) && value !== '' && value.length <= longest,
  )
  const section = /^[a-z]{1,20}$/.test(path) ? path : ''
  return { section, with: Object.fromEntries(known.map(([key, value]) => [key === openedAs[section] ? 'row' : key, value])) }
}

export function printPlace({ section, with: values }: Place): string {
  const named = Object.entries(values).map(([key, value]) => [key === 'row' ? (openedAs[section] ?? key) : key, value] as [string, string])
  const query = new URLSearchParams(named.filter(([, value]) => value !== ''))
  return `#/${section}${query.size > 0 ? `?${query}` : ''}`
}
