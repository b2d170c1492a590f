import { Check, Download, Trash2, TriangleAlert, Upload } from 'lucide'
import { useRef, useState } from 'preact/hooks'
import type { FeedRow, Via } from '../../feed-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { off } from '../../ui/off.ts'
import { Switch } from '../../ui/switch.tsx'
import { Ago, now } from '../../ui/time.tsx'
import { readFile } from '../file-drop.tsx'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import { Sure } from '../sure.tsx'
import { toasts } from '../surface.ts'
import { busy, fill, list, refresh, refusedContent, remove, turn } from './feed-list.ts'
import { Stance, until } from './feed-table.tsx'
import { Secret } from './secret.tsx'
import { every, formatLabel } from './words.ts'

/** One feed: how fresh it is, where it comes from, and what can be done with it. */
export function FeedPanel({ id }: { id: string }) {
  const feed = list.value.value?.rows.find(one => one.id === id)
  return (
    <Panel
      label={feed?.name ?? 'No such feed'}
      of={id}
      head={feed && <Stance feed={feed} />}
      tools={
        feed && (
          <span class="row switch">
            {feed.enabled ? 'On' : 'Off'}
            <Switch label={`${feed.name} on`} on={feed.enabled} off={off.value} onTurn={on => void turn(feed, on)} />
          </span>
        )
      }
      onClose={() => show({ feed: undefined })}
    >
      {feed ? <About feed={feed} /> : list.value.value && <p class="dim">It was removed, or the link is of another daemon.</p>}
    </Panel>
  )
}

function About({ feed }: { feed: FeedRow }) {
  const { error, skipped, refresh: fetched, url, licence } = feed
  return (
    <>
      {error && (
        <section class="notice critical" role="alert">
          <Icon of={TriangleAlert} />
          <div>
            <strong>Not updated</strong> <Ago time={error.since} sentence />: {error.message}
            <p class="dim">The entries from before go on answering.</p>
            {error.shrunk && <Force feed={feed} />}
          </div>
        </section>
      )}
      <section>
        <dl class="facts">
          <Fact name="Entries">{feed.entries.toLocaleString('en')}</Fact>
          {skipped && (
            <Fact name="Skipped">
              {skipped.lines.toLocaleString('en')}, the first: {skipped.first}
            </Fact>
          )}
          <Fact name="Updated">{feed.updatedAt === null ? 'never' : <Ago time={feed.updatedAt} sentence />}</Fact>
          <Fact name="Fetched">
            {fetched ? `${every(fetched.hours).toLowerCase()}${viaLabels[fetched.via]}` : 'never, it is loaded by hand'}
            {fetched?.next && feed.enabled && `, next ${until(fetched.next, now.value)}`}
          </Fact>
          <Fact name="Format">{formatLabel(feed.format)}</Fact>
          <Fact name="Category">{feed.category}</Fact>
          <Fact name="Intention">{feed.knownGood ? 'known to be good' : feed.intention}</Fact>
          {url && (
            <Fact name="Source">
              <span class="mono">{url}</span>
            </Fact>
          )}
          <Fact name="Licence">{licence ?? 'not stated'}</Fact>
        </dl>
      </section>
      {fetched?.auth && <Secret feed={feed} type={fetched.auth.type} kept={fetched.auth.kept} />}
      <Actions feed={feed} />
    </>
  )
}

/** An update that was refused because it is much shorter may be right all the same. */
function Force({ feed }: { feed: FeedRow }) {
  const content = refusedContent.value?.id === feed.id ? refusedContent.value.content : undefined
  const why = off.value ?? (busy.value.has(feed.id) ? 'Under way' : undefined)
  if (content === undefined && !feed.refresh) return <p class="dim">Load the file again to use it all the same.</p>
  return (
    <div class="row gap">
      <Button small icon={Check} off={why} onClick={() => void (content === undefined ? refresh(feed, true) : fill(feed, content, true))}>
        Use it all the same
      </Button>
    </div>
  )
}

const viaLabels: Record<Via, string> = { file: '', taxii: ' by TAXII', misp: ' as a MISP feed' }

const Fact = ({ name, children }: { name: string; children: preact.ComponentChildren }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
)

function Actions({ feed }: { feed: FeedRow }) {
  const [sure, setSure] = useState(false)
  const file = useRef<HTMLInputElement>(null)
  const why = off.value ?? (busy.value.has(feed.id) ? 'Under way' : undefined)
  async function load(chosen: File) {
    try {
      await fill(feed, (await readFile(chosen)).content)
    } catch (error) {
      toasts.fail((error as Error).message)
    }
  }
  return (
    <section>
      <div class="row wrap">
        {feed.refresh && (
          <Button icon={Download} off={why} onClick={() => void refresh(feed)}>
            Update now
          </Button>
        )}
        <Button icon={Upload} off={why} onClick={() => file.current?.click()}>
          Load a file…
        </Button>
        <input
          ref={file}
          type="file"
          hidden
          aria-label="File with entries"
          onChange={event => {
            const chosen = event.currentTarget.files?.[0]
            event.currentTarget.value = ''
            if (chosen) void load(chosen)
          }}
        />
        <Button icon={Trash2} kind="danger" off={why} onClick={() => setSure(true)}>
          Remove…
        </Button>
      </div>
      {sure && (
        <Sure icon={Trash2} word="Remove" back="Keep it" onYes={() => remove(feed)} onNo={() => setSure(false)}>
          <strong>Remove this feed?</strong> Its {feed.entries.toLocaleString('en')} entries go with it. What it has said of logs stays with
          them.
        </Sure>
      )}
    </section>
  )
}
