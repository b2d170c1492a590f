import { lex, type TokenKind } from '../../shared/query/lex.ts'

const looks: Record<TokenKind, string> = {
  open: 'punct',
  close: 'punct',
  comma: 'punct',
  operator: 'op',
  function: 'op',
  key: 'key',
  word: 'value',
  phrase: 'value',
  range: 'number',
  block: 'number',
  bad: 'bad',
}

/** A query in its colours, as the search box draws it. What stands between tokens is white space and stays. */
export function QueryText({ text }: { text: string }) {
  const tokens = lex(text)
  return (
    <code class="query-text">
      {tokens.map(({ kind, at: [from, to] }, i) => (
        <>
          {text.slice(i === 0 ? 0 : tokens[i - 1]!.at[1], from)}
          <span class={looks[kind]} key={i}>
            {text.slice(from, to)}
          </span>
        </>
      ))}
      {text.slice(tokens.at(-1)?.at[1] ?? 0)}
    </code>
  )
}
