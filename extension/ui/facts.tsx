import { BadgeCheck, Ban, CircleQuestionMark, Eye, type IconNode, ShieldCheck, Skull, UserRound, VenetianMask } from 'lucide'
import type { Person } from '../../shared/triage.ts'
import type { Verdict } from '../../shared/verdict.ts'
import { capital } from './glyphs.tsx'
import { Icon } from './icon.tsx'

/** What a tag can say of an address: what feeds make of it, or which list of our own it is on. */
type Word = Verdict | 'trusted' | 'blocked'
const pictures: Record<Word, IconNode> = {
  malicious: Skull,
  suspicious: Eye,
  anonymizer: VenetianMask,
  benign: BadgeCheck,
  unknown: CircleQuestionMark,
  trusted: ShieldCheck,
  blocked: Ban,
}

/** What is decided, as words of our own have it. */
const words: Partial<Record<Word, string>> = { blocked: 'On the denylist' }

/** Picture and word; `word` where another says more than the verdict, such as the feed's category. */
export const VerdictTag = ({ kind, word = words[kind] ?? capital(kind) }: { kind: Word; word?: string }) => (
  <span class={`tag ${kind}`}>
    <Icon of={pictures[kind]} />
    {word}
  </span>
)

/** An address, never shortened, with the picture of its verdict behind it. */
export const Address = ({ ip, verdict }: { ip: string; verdict?: Verdict | null }) => (
  <>
    <span class="addr">{ip}</span>
    {verdict && (
      <span class={`tag ${verdict}`} title={capital(verdict)}>
        {Icon({ of: pictures[verdict] })}
        <span class="sr">{verdict}</span>
      </span>
    )}
  </>
)

/** `analyst-1` → A1, `Jane Wood` → JW, `sam` → SA. */
export function initials({ name, handle }: Pick<Person, 'name' | 'handle'>): string {
  const words = (name || handle).split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  const letters = words.length > 1 ? words.slice(0, 2).map(word => [...word][0]) : [...(words[0] ?? '?')].slice(0, 2)
  return letters.join('').toUpperCase()
}

/** Who a signal is assigned to. With `quiet` nobody is only said to those who cannot see the gap. */
export function Who({ person, quiet }: { person: Person | null; quiet?: boolean }) {
  if (person)
    return (
      <span class="who" title={`Assigned to ${person.name || person.handle}`}>
        {initials(person)}
      </span>
    )
  if (quiet) return <span class="sr">Assigned to nobody</span>
  return (
    <span class="who none" title="Nobody">
      {Icon({ of: UserRound })}
      <span class="sr">Assigned to nobody</span>
    </span>
  )
}

/** A histogram without axes; `label` says in words what it shows. */
export function Bars({ values, label }: { values: number[]; label: string }) {
  const most = Math.max(1, ...values)
  const height = (value: number) => Math.max(0.6, (10 * value) / most)
  return (
    <svg class="bars" role="img" aria-label={label} viewBox={`0 0 ${values.length} 10`} preserveAspectRatio="none">
      {values.map((value, x) => value > 0 && <rect key={x} x={x} y={10 - height(value)} width="0.7" height={height(value)} />)}
    </svg>
  )
}
