import { FileDown } from 'lucide'
import { useState } from 'preact/hooks'
import type { BundledFeed } from '../../feed-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { off } from '../../ui/off.ts'
import { type Chosen, FileDrop, readFile } from '../file-drop.tsx'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import { Trouble } from '../states.tsx'
import { toasts } from '../surface.ts'
import { reload } from './feed-list.ts'

const many = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'feed' : 'feeds'}`
const words = {
  would: { added: 'would be added', updated: 'would be updated', refused: 'refused' },
  was: { added: 'added', updated: 'updated', refused: 'refused' },
}

/** Feeds that another machine exported: looked at in a dry run, then taken. */
export function BundlePanel() {
  const [file, setFile] = useState<Chosen>()
  const [feeds, setFeeds] = useState<BundledFeed[]>()
  const [done, setDone] = useState(false)
  const [busy, setBusy] = useState('')
  const [trouble, setTrouble] = useState<string>()

  async function send(chosen: Chosen, dryRun: boolean) {
    setBusy(dryRun ? 'Reading the bundle' : 'Importing')
    const answer = await ask('importBundle', { content: chosen.content, dryRun })
    setBusy('')
    if (isFailure(answer)) return setTrouble(answer.error)
    setFeeds(answer.feeds)
    setDone(!dryRun)
    if (dryRun) return
    toasts.show({ icon: FileDown, text: `${many(answer.feeds.filter(({ result }) => result !== 'refused').length)} imported` })
    void reload()
  }
  async function choose([chosen]: File[]) {
    setTrouble(undefined)
    setFeeds(undefined)
    try {
      const read = await readFile(chosen!)
      setFile(read)
      await send(read, true)
    } catch (error) {
      setTrouble((error as Error).message)
    }
  }
  const taken = feeds?.filter(({ result }) => result !== 'refused').length ?? 0
  return (
    <Panel label="Import a bundle of feeds" of="bundle" onClose={() => show({ do: undefined })}>
      <section>
        <FileDrop
          single
          label="Choose a bundle, or drop it here"
          says="What signalbox feeds export wrote, up to 32 MB. Nothing is imported before you have seen what is in it."
          accept=".gz,.tgz,.tar,.zip"
          onFiles={choose}
        />
      </section>
      {trouble && <Trouble text={trouble} />}
      {busy && (
        <p class="dim" role="status">
          {busy}
        </p>
      )}
      {file && feeds && (
        <section aria-label="Report">
          <h3>
            {done ? 'What was done' : 'What would be done'} <span class="weak">{file.name}</span>
          </h3>
          {feeds.length === 0 && <p class="dim">There is no feed in it.</p>}
          <ul class="lines">
            {feeds.map(({ name, result, entries, reason }) => (
              <li key={name}>
                <div>
                  <strong>{name}</strong>{' '}
                  <span class={result === 'refused' ? 'bad' : 'dim'}>
                    {words[done ? 'was' : 'would'][result]}
                    {done && entries !== null && `, ${entries.toLocaleString('en')} entries`}
                  </span>
                  {reason && <p class="weak">{reason}</p>}
                </div>
              </li>
            ))}
          </ul>
          {!done && (
            <div class="row foot">
              <Button
                kind="primary"
                icon={FileDown}
                off={off.value ?? (busy || (taken === 0 ? 'Nothing in it can be taken' : undefined))}
                onClick={() => void send(file, false)}
              >
                Import {many(taken)}
              </Button>
            </div>
          )}
        </section>
      )}
    </Panel>
  )
}
