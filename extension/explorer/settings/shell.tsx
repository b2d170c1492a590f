import { Search as Glass, Keyboard, Plus, RefreshCw, SlidersHorizontal } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { browser } from 'wxt/browser'
import type { Failure } from '../../messages.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { panelOf, Tabs } from '../panel.tsx'
import { place, show } from '../place.ts'
import { Failed, Skeleton } from '../states.tsx'
import { helping } from '../surface.ts'
import { useKeys } from '../use-keys.ts'
import { type PartId, parts } from './parts.ts'

/** Everything that is open in one part has no meaning in another. */
const closed = {
  whose: undefined,
  user: undefined,
  role: undefined,
  key: undefined,
  service: undefined,
  link: undefined,
  kind: undefined,
  notify: undefined,
  channel: undefined,
  bouncer: undefined,
  do: undefined,
  search: undefined,
  sort: undefined,
}

/** One part of the settings: what it is searched by and what can be made, at the top; its tabs; and what is in it. */
export function Shell(props: {
  part: PartId
  /** What its list is searched for. */
  find?: string
  /** What it is, where nothing is searched. */
  says?: string
  make?: { word: string; off: string | undefined; run(): void }
  tools?: ComponentChildren
  onReload(): void
  children: ComponentChildren
}) {
  const { part, find, says, make, tools, onReload, children } = props
  const field = useRef<HTMLInputElement>(null)
  const search = place.value.with['search'] ?? ''
  useKeys({
    '/': () => field.current?.select(),
    n: () => make !== undefined && make.off === undefined && make.run(),
  })
  return (
    <>
      <header class="top">
        {find ? (
          <label class="query">
            <Icon of={Glass} />
            <input
              ref={field}
              type="text"
              aria-label={find}
              placeholder={find}
              value={search}
              maxLength={200}
              autocomplete="off"
              spellcheck={false}
              onInput={event => show({ search: event.currentTarget.value })}
              onKeyDown={event => event.key === 'Escape' && event.currentTarget.blur()}
            />
            <kbd>/</kbd>
          </label>
        ) : (
          <p class="dim about">{says}</p>
        )}
        {make && (
          <Button icon={Plus} kind="primary" off={make.off} onClick={make.run}>
            {make.word}
          </Button>
        )}
        <Button icon={SlidersHorizontal} onClick={() => void browser.runtime.openOptionsPage()}>
          This browser…
        </Button>
        <IconButton label="All keys (?)" icon={Keyboard} onClick={() => (helping.value = true)} />
      </header>
      <main class="results whole settings">
        <div class="bar row">
          <h1 class="sr">Settings</h1>
          <Tabs
            label="Settings"
            tabs={parts}
            chosen={part}
            onTab={id => show({ ...closed, part: id === parts[0].id ? undefined : id }, true)}
          />
          <span class="end" />
          {tools}
          <IconButton label="Ask again" icon={RefreshCw} small onClick={onReload} />
        </div>
        {children}
      </main>
    </>
  )
}

/** What a list is before it is there: why it cannot be read, why it could not be, or soon. */
export function Waiting({ barred, failure, onRetry }: { barred: string | undefined; failure: Failure | null; onRetry(): void }) {
  if (barred !== undefined)
    return (
      <div class="middle">
        <p class="dim">{barred}</p>
      </div>
    )
  return failure ? <Failed error={failure.error} onRetry={onRetry} /> : <Skeleton />
}

/** The part itself, for those who hear its tab. */
export const Body = ({ part, children }: { part: PartId; children: ComponentChildren }) => (
  <div class="scroll page" {...panelOf(part)}>
    {children}
  </div>
)

/** Whether a text holds every word of what is searched for. */
export const matches = (search: string | undefined, ...texts: string[]): boolean => {
  const all = texts.join(' ').toLowerCase()
  return (search ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every(word => all.includes(word))
}

/** Rows by a column, and by name where they are alike; `-name` falls. */
export function sortRows<R extends { name: string }>(
  rows: readonly R[],
  sort: string,
  by: Record<string, (row: R) => string | number>,
): R[] {
  const key = by[sort.replace(/^-/, '')] ?? (({ name }: R) => name)
  const sign = sort.startsWith('-') ? -1 : 1
  const compare = (a: string | number, b: string | number) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { sensitivity: 'base' })
  return [...rows].sort((a, b) => sign * compare(key(a), key(b)) || compare(a.name, b.name))
}
