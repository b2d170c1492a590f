import { piecesOf } from './query-looks.ts'

/** A query in its colours, as the search box draws it. */
export const QueryText = ({ text }: { text: string }) => (
  <code class="query-text">
    {piecesOf(text).map(({ text, look }, i) =>
      look === '' ? (
        text
      ) : (
        <span class={look} key={i}>
          {text}
        </span>
      ),
    )}
  </code>
)
