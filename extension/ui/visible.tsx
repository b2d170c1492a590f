import type { ComponentChildren } from 'preact'
import { codeOf, unseen } from '../../shared/unseen.ts'

const parts = new RegExp(`(${unseen.source})`, 'u')

/** Characters that nobody would see, or that would turn the text around, as their number. */
export const withUnseen = (text: string): ComponentChildren =>
  unseen.test(text)
    ? text.split(parts).map((part, at) =>
        at % 2 === 1 ? (
          <span class="unseen" key={at}>
            {codeOf(part)}
          </span>
        ) : (
          part
        ),
      )
    : text

/** Text of others as it is: it turns nothing around, neither itself nor what stands beside it. */
export const Visible = ({ text, ...rest }: { text: string; class?: string; title?: string | undefined }) => (
  <bdi {...rest}>{withUnseen(text)}</bdi>
)
