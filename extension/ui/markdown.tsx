import type { ComponentChildren } from 'preact'
import { withUnseen } from './visible.tsx'

/** A part of a text, as it stands between blank lines. */
export type Block =
  | { is: 'heading'; text: string }
  | { is: 'text'; text: string }
  | { is: 'code'; text: string }
  | { is: 'list'; ordered: boolean; items: string[] }

const fence = /^ {0,3}(?:```|~~~)/
const heading = /^ {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$/
const item = /^[ \t]*(?:[-*+]|(\d{1,9})[.)])[ \t]+(.*)$/

/** Read the Markdown that rules are written in: headings, lists, code, paragraphs. What it does not know stays as it was written. */
export function readMarkdown(text: string): Block[] {
  const blocks: Block[] = []
  let open: Block | undefined
  const start = (block: Block) => {
    blocks.push(block)
    open = block
  }
  let fenced = false
  for (const line of text.split(/\r\n?|\n/)) {
    const last: Block | undefined = open
    if (fence.test(line)) {
      fenced = !fenced
      if (fenced) start({ is: 'code', text: '' })
      else open = undefined
    } else if (fenced && last?.is === 'code') last.text += `${last.text && '\n'}${line}`
    else if (line.trim() === '') open = undefined
    else if (heading.test(line)) {
      blocks.push({ is: 'heading', text: heading.exec(line)![1]! })
      open = undefined
    } else if (item.test(line)) {
      const [, number, words] = item.exec(line)!
      const ordered = number !== undefined
      if (last?.is === 'list' && last.ordered === ordered) last.items.push(words!)
      else start({ is: 'list', ordered, items: [words!] })
    } else if (last?.is === 'list') last.items[last.items.length - 1] += ` ${line.trim()}`
    else if (last?.is === 'text') last.text += ` ${line.trim()}`
    else start({ is: 'text', text: line.trim() })
  }
  return blocks
}

/** The blocks up to the second heading: what happened, without what to do about it. */
export function firstPart(blocks: readonly Block[]): readonly Block[] {
  const second = blocks.findIndex((block, at) => at > 0 && block.is === 'heading')
  return second < 0 ? blocks : blocks.slice(0, second)
}

/** `[words](address)` as `words (address)`: a link in a rule's message may come from a log and leads nowhere. */
const withoutLinks = (text: string) => text.replace(/\[([^\][]*)\]\(([^()\s]*)\)/g, '$1 ($2)')

function Inline({ text }: { text: string }): ComponentChildren {
  return withoutLinks(text)
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((part, at) => {
      if (at % 2 === 0) return withUnseen(part)
      return part.startsWith('`') ? (
        <code key={at}>{withUnseen(part.slice(1, -1))}</code>
      ) : (
        <strong key={at}>{withUnseen(part.slice(2, -2))}</strong>
      )
    })
}

/** Blocks as elements whose every word is a text node. */
export const Markdown = ({ blocks }: { blocks: readonly Block[] }) => (
  <div class="prose">
    {blocks.map((block, at) => (
      <Part key={at} block={block} />
    ))}
  </div>
)

function Part({ block }: { block: Block }) {
  if (block.is === 'heading')
    return (
      <h4>
        <Inline text={block.text} />
      </h4>
    )
  if (block.is === 'code') return <pre>{withUnseen(block.text)}</pre>
  if (block.is === 'text')
    return (
      <p>
        <Inline text={block.text} />
      </p>
    )
  const items = block.items.map((words, at) => (
    <li key={at}>
      <Inline text={words} />
    </li>
  ))
  return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>
}
