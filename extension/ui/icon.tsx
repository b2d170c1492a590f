import type { IconNode } from 'lucide'
import { h } from 'preact'

const joined = new WeakMap<IconNode, IconNode>()
/** Lists hold hundreds of icons: the lines of one are drawn as one path. A line that begins where the one before ended begins at 0 0 instead. */
function drawn(icon: IconNode): IconNode {
  let one = joined.get(icon)
  if (!one) {
    const lines = icon.filter(([tag]) => tag === 'path').map(([, { d }]) => d)
    const d = lines.join('M0 0')
    one = [...icon.filter(([tag]) => tag !== 'path'), ...(d === '' ? [] : [['path', { d }] satisfies IconNode[number]])]
    joined.set(icon, one)
  }
  return one
}

/** A lucide icon, drawn from its nodes: `<Icon of={Archive} />`. It has no name of its own; what carries it does. */
export function Icon({ of, small, big }: { of: IconNode; small?: boolean; big?: boolean }) {
  return (
    <svg class={`icon ${small ? 'small' : ''} ${big ? 'big' : ''}`} viewBox="0 0 24 24" aria-hidden="true">
      {drawn(of).map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  )
}

/** The mark: a semaphore arm, raised. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 16 16" aria-hidden="true">
      <rect class="post" x="2" y="1" width="3" height="14" rx=".75" />
      <rect class="post" x="0" y="13" width="8" height="2" rx=".75" />
      <path class="arm" d="M6 5.3a.8.8 0 0 1 .43-.7l8-4.1A.4.4 0 0 1 15 .9v4.3a.8.8 0 0 1-.43.7l-8 4.1A.4.4 0 0 1 6 9.6z" />
    </svg>
  )
}
