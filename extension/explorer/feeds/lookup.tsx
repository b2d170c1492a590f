import { Search, X } from 'lucide'
import type { RefObject } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { createLoad } from '../load.ts'
import { place, show } from '../place.ts'
import { Trouble } from '../states.tsx'
import { Says } from './says.tsx'

/** What each feed says of one value. The value stands in the URL; nothing of it leaves this machine. */
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
          placeholder="Look up an address, a domain, a URL, a hash, a CVE"
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
