import { RotateCw, Trash2 } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import type { DeadLetter } from '../../notify-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { age } from '../../ui/age.ts'
import { Button } from '../../ui/button.tsx'
import { Severity } from '../../ui/glyphs.tsx'
import { granted } from '../../ui/may.ts'
import { Ago, exact, now } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { place } from '../place.ts'
import { Sure } from '../sure.tsx'
import { toasts } from '../surface.ts'
import { barredFromReading, barredFromWriting, letters, reloadLetters } from './notify.ts'
import { Body, matches, Shell, Waiting } from './shell.tsx'

/** When something is tried again. */
const soon = (due: number, at: number): string => {
  const left = age(at, due)
  return left === 'now' ? 'Tried again within a minute' : `Tried again in ${left}`
}

/** As many as one request takes. */
const atOnce = 1000

/** What could not be told so far, and what was given up, to be sent again or thrown away. */
export function UndeliveredPart() {
  useEffect(() => void reloadLetters(), [granted.value])
  const [busy, setBusy] = useState(false)
  const [sure, setSure] = useState(false)
  const search = place.value.with['search']
  const known = letters.value.value
  const rows = (known?.letters ?? []).filter(one => matches(search, one.target, one.rule, one.title ?? '', one.error))
  const given = rows.filter(({ due }) => due === null)
  const off = barredFromWriting() ?? (busy ? 'Asking the daemon' : undefined)
  const idsOf = (some: readonly DeadLetter[]) => some.slice(0, atOnce).map(({ id }) => id)

  async function act(type: 'sendAgain' | 'discardLetters', some: readonly DeadLetter[]): Promise<void> {
    setBusy(true)
    const answer = await ask(type, { ids: idsOf(some) })
    setBusy(false)
    setSure(false)
    const what = some.length === 1 ? `The notification to ${some[0]!.target}` : `${some.length} notifications`
    if (isFailure(answer)) toasts.fail(`${what}: ${answer.error}`)
    else if (type === 'sendAgain') toasts.show({ icon: RotateCw, text: `${what} will be sent again` })
    else toasts.show({ icon: Trash2, text: `${what} thrown away` })
    await reloadLetters()
  }

  return (
    <Shell
      part="undelivered"
      find="Find what was not delivered, by whom, rule, signal or why"
      onReload={() => void reloadLetters()}
      tools={
        given.length > 0 && (
          <>
            <Button small icon={RotateCw} off={off} onClick={() => void act('sendAgain', given)}>
              Send all {given.length} again
            </Button>
            <Button small kind="quiet" icon={Trash2} off={off} onClick={() => setSure(true)}>
              Throw all away…
            </Button>
          </>
        )
      }
    >
      {!known && <Waiting barred={barredFromReading()} failure={letters.failure.value} onRetry={reloadLetters} />}
      {known && rows.length === 0 && (
        <div class="middle">
          <h2>{search ? `Nothing has “${search}” in it` : 'Everything was delivered'}</h2>
          <p class="dim">
            {known.counts.waiting > 0
              ? `${known.counts.waiting} wait to be tried.`
              : 'What fails stands here, and stays after eight tries until somebody sends it again.'}
          </p>
        </div>
      )}
      {known && rows.length > 0 && (
        <Body part="undelivered">
          {sure && given.length > 0 && (
            <Sure
              icon={Trash2}
              word={`Throw ${given.length} away`}
              back="Keep them"
              onYes={() => act('discardLetters', given)}
              onNo={() => setSure(false)}
            >
              <strong>Throw {given.length} notifications away?</strong> Nobody will be told of these any more. The signals stay.
            </Sure>
          )}
          <section>
            <div class="box">
              <table class="letters" aria-label="Not delivered">
                <thead>
                  <tr>
                    <th scope="col">To</th>
                    <th scope="col">What</th>
                    <th scope="col">Why not</th>
                    <th scope="col">
                      <span class="sr">What can be done</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map(one => (
                    <tr key={one.id}>
                      <td class="mono">
                        <Visible text={one.target} />
                      </td>
                      <td>
                        <Severity level={one.severity} />
                        <Visible class="block" text={one.title ?? 'Of signals that you may not see'} />
                        <span class="weak">
                          {one.rule}, <Ago time={one.created} sentence />
                        </span>
                      </td>
                      <td>
                        <Visible text={one.error} />
                        <span class="weak block">
                          {one.due === null ? 'Given up after ' : ''}
                          {one.tries} {one.tries === 1 ? 'try' : 'tries'}
                          {one.lastTry !== null && (
                            <>
                              , the last <Ago time={one.lastTry} sentence />
                            </>
                          )}
                        </span>
                      </td>
                      <td>
                        {one.due === null ? (
                          <Button small icon={RotateCw} off={off} onClick={() => void act('sendAgain', [one])}>
                            Send again
                          </Button>
                        ) : (
                          <time class="weak" dateTime={new Date(one.due).toISOString()} title={exact(one.due)}>
                            {soon(one.due, now.value)}
                          </time>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        </Body>
      )}
    </Shell>
  )
}
