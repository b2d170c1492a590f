import { BadgeCheck, Search, X } from 'lucide'
import type { RefObject } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { verdictOf } from '../../../shared/verdict.ts'
import type { IndicatorFacts } from '../../feed-messages.ts'
import { IconButton } from '../../ui/button.tsx'
import { VerdictTag } from '../../ui/facts.tsx'
import { Icon } from '../../ui/icon.tsx'
import { createLoad } from '../load.ts'
import { place, show } from '../place.ts'
import { Trouble } from '../states.tsx'

const types: Record<string, string> = { ip: 'Address', domain: 'Domain', url: 'URL', md5: 'MD5', sha1: 'SHA-1', sha256: 'SHA-256' }

/** What each feed says of one address, domain, URL or hash. The value stands in the URL; nothing of it leaves this machine. */
export function Lookup({ input }: { input: RefObject<HTMLInputElement | null> }) {
  const found = useMemo(() => createLoad('indicator'), [])
  const value = place.value.with['value'] ?? ''
  useEffect(() => {
    // the address bar may have gone elsewhere by itself
    if (input.current && input.current.value.trim() !== value) input.current.value = value
    if (value === '') found.clear()
    else void found.load({ value })
  }, [value])
  const failure = found.failure.value
  const close = () => {
    if (input.current) input.current.value = ''
    show({ value: undefined })
  }
  return (
    <search class="lookup">
      <form
        class="query"
        onSubmit={event => {
          event.preventDefault()
          show({ value: input.current?.value.trim().slice(0, 2000) }, true)
          // the next one can be typed at once
          input.current?.select()
        }}
      >
        <Icon of={Search} />
        <label class="sr" for="lookup">
          Look up
        </label>
        <input
          id="lookup"
          ref={input}
          type="search"
          class="mono"
          spellcheck={false}
          autocomplete="off"
          maxLength={2000}
          placeholder="Look up an address, a domain, a URL or a hash"
          defaultValue={value}
          aria-invalid={failure !== null}
          aria-describedby={failure ? 'lookup-says' : undefined}
          onKeyDown={event => {
            if (event.key !== 'Escape') return
            event.currentTarget.blur()
            close()
          }}
        />
        <kbd>/</kbd>
      </form>
      {value !== '' && (failure || found.value.value) && (
        <div class="says" id="lookup-says" role="status">
          <IconButton label="Close" icon={X} small onClick={close} />
          {failure ? <Trouble text={failure.error} /> : <Says facts={found.value.value!} />}
        </div>
      )}
    </search>
  )
}

function Says({ facts: { id, type, verdict, matches, knownGood } }: { facts: IndicatorFacts }) {
  return (
    <>
      <p class="row wrap">
        <strong class="mono">{id}</strong>
        <span class="dim">{types[type] ?? type}</span>
        {verdict ? <VerdictTag kind={verdict} /> : <span class="dim">no feed knows it</span>}
      </p>
      <ul class="lines">
        {matches.map((match, at) => (
          <li key={at}>
            <VerdictTag kind={verdictOf(match)} />
            <div>
              <strong>{match.source.name}</strong> <span class="dim">{[match.category, match.subcategory].filter(Boolean).join(', ')}</span>
              <p class="weak">
                by <span class="mono">{match.indicator}</span>
                {match.stale && ', not updated for more than two days'}
              </p>
            </div>
          </li>
        ))}
        {knownGood.map(list => (
          <li key={list}>
            <span class="tag benign">
              <Icon of={BadgeCheck} />
              Known good
            </span>
            <strong>{list}</strong>
          </li>
        ))}
      </ul>
    </>
  )
}
