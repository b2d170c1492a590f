// C0 but tab and the ends of lines, DEL and C1, what turns the direction of text, and what has no width.
const unseen = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/u
const parts = new RegExp(`(${unseen.source})`, 'u')

/** Hostile text as it is: characters that nobody would see, or that would turn the text around, stand as their number. */
export const Visible = ({ text }: { text: string }) => (
  <>
    {(unseen.test(text) ? text.split(parts) : [text]).map((part, at) =>
      at % 2 === 1 ? (
        <span class="unseen" key={at}>
          {codeOf(part)}
        </span>
      ) : (
        part
      ),
    )}
  </>
)

const codeOf = (character: string) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
