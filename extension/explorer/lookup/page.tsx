import { ChevronDown, Copy, Download, ExternalLink, Keyboard, RefreshCw } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { indicatorTypes } from '../../../shared/indicator.ts'
import { readAddress } from '../../../shared/ip.ts'
import { readHanded } from '../../handed.ts'
import type { MarkKind } from '../../messages.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { VerdictTag } from '../../ui/facts.tsx'
import { HostTag, hostWord } from '../../ui/host.tsx'
import { Icon } from '../../ui/icon.tsx'
import { insideWords } from '../../ui/inside.tsx'
import { MenuButton } from '../../ui/menu-button.tsx'
import { away } from '../../ui/off.ts'
import { typeWords } from '../../ui/type-words.ts'
import { Visible } from '../../ui/visible.tsx'
import { type Column, Grid } from '../grid.tsx'
import { pivotChoices } from '../pivots.tsx'
import { go, place, show } from '../place.ts'
import { SearchField } from '../search-field.tsx'
import { AddressPanel } from '../signals/address-panel.tsx'
import { Failed, Skeleton } from '../states.tsx'
import { helping } from '../surface.ts'
import { useKeys } from '../use-keys.ts'
import {
  again,
  all,
  copyDefanged,
  counts,
  failed,
  given,
  isKnown,
  lookUp,
  lookUpText,
  type Row,
  rowsIn,
  save,
  shown,
  waiting,
} from './desk.ts'
import { ValuePanel } from './panel.tsx'

const kindWords: Record<MarkKind, string> = {
  blocked: 'On the denylist',
  signal: 'In an open signal',
  match: 'In a feed',
  trusted: 'Trusted',
  unknown: '',
}
const Known = ({ kind, verdict, type, host, inside }: Row) => (
  <div class="row nowrap" {...(host && { title: saidOfHost(type, host) })}>
    {verdict && <VerdictTag kind={verdict} />}
    {(kind === 'blocked' || kind === 'trusted') && <VerdictTag kind={kind} />}
    {kind === 'signal' && <span class="nowrap">{kindWords.signal}</span>}
    {isKnown({ kind, verdict }) && host && <span class="weak nowrap">and {hostWord(type).toLowerCase()}</span>}
    {!isKnown({ kind, verdict }) && (host ? <HostTag of={type} {...host} /> : !inside?.count && <span class="weak">nothing</span>)}
    {inside && inside.count > 0 && (
      <span class="tag plain nowrap" title={inside.first.map(({ value }) => value).join(', ')}>
        {insideWords(inside)}
      </span>
    )}
  </div>
)
/** `List (its host evil.example)`, `List (its host 203.0.113.9, as part of 203.0.113.0/24)`; where no feed knows it, only which it is. */
function saidOfHost(type: Row['type'], { value, sources, indicators }: NonNullable<Row['host']>): string {
  const wider = indicators.filter(indicator => indicator !== value)
  const which = [`${hostWord(type).toLowerCase()} ${value}`, ...(wider.length > 0 ? [`as part of ${wider.join(', ')}`] : [])].join(', ')
  return sources.length > 0 ? `${sources.join(', ')} (${which})` : which
}
const Cut = ({ text }: { text: string }) => (
  <div class="cut" title={text}>
    <Visible text={text} />
  </div>
)

const columns: readonly Column<Row>[] = [
  {
    id: 'value',
    head: 'Value',
    sorts: true,
    cell: ({ value }) => (
      <div class="cut mono" title={value}>
        <Visible text={value} />
      </div>
    ),
  },
  { id: 'type', head: 'Kind', width: '92px', sorts: true, cell: ({ type }) => typeWords[type] },
  { id: 'known', head: 'Known', width: '264px', sorts: true, cell: row => <Known {...row} /> },
  {
    ...{ id: 'sources', head: 'Feeds', width: '180px', sorts: true },
    cell: ({ sources, type, host }) => (
      <Cut text={[...sources, ...(host && host.sources.length > 0 ? [saidOfHost(type, host)] : [])].join('; ')} />
    ),
  },
  { id: 'country', head: 'Where', width: '128px', sorts: true, cell: ({ country, scope }) => <Cut text={country || insideOf(scope)} /> },
  { id: 'as', head: 'Network', width: '172px', sorts: true, cell: row => <Cut text={row.as} /> },
  { id: 'links', head: 'Elsewhere', width: '88px', cell: ({ value }) => <Elsewhere value={value} /> },
]
/** Sites that may know more of it; opened by nothing but a press. */
function Elsewhere({ value }: { value: string }) {
  const choices = pivotChoices(value)
  if (choices.length === 0) return null
  return (
    <MenuButton label={`${value}: elsewhere`} name={`Look up ${value} elsewhere`} hint choices={choices} tabIndex={-1} over>
      <Icon of={ExternalLink} small />
    </MenuButton>
  )
}
const insideOf = (scope: string) => (scope === 'public' ? '' : scope.replace('_', '-'))

/** All values of a page, a selection or a text, each once, with what is known of each. Nothing of it leaves this machine. */
export function LookupPage() {
  const search = useRef<HTMLInputElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const { set, type, sort = 'known', value } = place.value.with
  useEffect(() => {
    if (set === undefined) return
    void readHanded(set).then(handed => handed && lookUp(handed))
  }, [set])
  useKeys({ '/': () => search.current?.select(), n: () => field.current?.focus(), d: () => void (all.value > 0 && copyDefanged()) })
  const found = shown.value
  const kind = indicatorTypes.find(one => one === type)
  const kindWord = kind ? typeWords[kind] : 'All kinds'
  return (
    <>
      <header class="top">
        <SearchField field={search} label="Filter" hint="Filter by a part of a value, a feed, a country" most={200} />
        <MenuButton
          label="Kind"
          name={`Kind: ${kindWord}`}
          choices={[
            { label: 'All kinds', checked: type === undefined, onPick: () => show({ type: undefined }) },
            ...indicatorTypes
              .filter(one => counts.value.has(one))
              .map(one => ({
                label: `${typeWords[one]} (${counts.value.get(one)!.toLocaleString('en')})`,
                checked: one === type,
                onPick: () => show({ type: one }),
              })),
          ]}
        >
          {kindWord}
          <Icon of={ChevronDown} small />
        </MenuButton>
        <IconButton label="All keys (?)" icon={Keyboard} onClick={() => (helping.value = true)} />
      </header>
      <main class={`results whole ${waiting.value ? 'busy' : ''}`}>
        <div>
          <form
            class="pasted row"
            onSubmit={event => {
              event.preventDefault()
              if (away.value !== undefined) return
              show({ set: undefined, search: undefined, type: undefined })
              lookUpText(field.current!.value)
            }}
          >
            <label class="sr" for="pasted">
              Text to look through
            </label>
            <textarea
              id="pasted"
              ref={field}
              rows={2}
              spellcheck={false}
              maxLength={1_000_000}
              placeholder="Paste lines of a log, a report, a list"
              onKeyDown={event => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit()
              }}
            />
            <Button type="submit" off={away.value}>
              Look up
            </Button>
          </form>
          <div class="bar row">
            <h1>Look up</h1>
            <span class="dim" role="status">
              {given.value &&
                !waiting.value &&
                (found.length === all.value ? rowsIn(all.value) : `${found.length.toLocaleString('en')} of ${rowsIn(all.value)}`)}
            </span>
            {given.value?.cut && <span class="dim">There is more than is looked up at once: select less.</span>}
            {all.value > 0 && failed.value && <span class="bad">{failed.value}</span>}
            <span class="end" />
            {all.value > 0 && (
              <>
                <Button small icon={Copy} keys="D" onClick={() => void copyDefanged()}>
                  Copy defanged
                </Button>
                <Button small icon={Download} onClick={() => save('csv')}>
                  CSV
                </Button>
                <Button small icon={Download} onClick={() => save('ndjson')}>
                  NDJSON
                </Button>
                <IconButton label="Ask again" icon={RefreshCw} small onClick={() => void again()} />
              </>
            )}
          </div>
        </div>
        {found.length > 0 && (
          <Grid
            label="Values"
            columns={columns}
            brief={[
              ['value', 'type'],
              ['known', 'country'],
            ]}
            rows={found}
            sort={sort}
            onSort={next => show({ sort: next })}
            open={found.find(row => row.value === value)?.id}
            onOpen={row => show({ value: row.value }, value === undefined)}
            faint={row => !isKnown(row) && !row.host && !row.inside?.count}
          />
        )}
        {waiting.value && all.value === 0 && <Skeleton />}
        {all.value === 0 && failed.value && <Failed error={failed.value} onRetry={() => void again()} />}
        {all.value === 0 && !waiting.value && !failed.value && <Nothing />}
      </main>
      {value !== undefined && <Opened key={value} value={value} />}
    </>
  )
}

const Nothing = () => (
  <div class="middle">
    <h2>
      {given.value
        ? given.value.unread
          ? 'The browser lets nobody read that page'
          : 'Nothing to look up there'
        : 'What shall be looked up?'}
    </h2>
    <p class="dim">
      Select lines on a page and choose “Look up all in this selection”, or paste them above: addresses, domains, URLs, mail addresses,
      hashes and CVEs are found in them.
    </p>
  </div>
)

const close = () => show({ value: undefined })
function Opened({ value }: { value: string }) {
  if (!readAddress(value)) return <ValuePanel value={value} onClose={close} />
  const narrow = (path: string, of: string, mode: 'filter' | 'exclude') =>
    go({ section: 'logs', with: { query: `${mode === 'exclude' ? '-' : ''}${path}:"${of}"`, from: 'now-30d' } })
  return <AddressPanel address={value} narrow={narrow} onClose={close} />
}
