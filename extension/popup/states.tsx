import { Check, CircleAlert, RefreshCw } from 'lucide'
import type { ComponentChildren } from 'preact'
import { stateLabels } from '../../shared/triage.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Words } from '../ui/words.tsx'
import type { Desk } from './desk.ts'

const Middle = ({ children }: { children: ComponentChildren }) => (
  <div class="middle" id="signals">
    {children}
  </div>
)

/** A list without rows says what is next. */
export function Empty({ desk }: { desk: Desk }) {
  const { tab, counts, filter } = desk
  const review = counts.value?.under_review ?? 0
  if (Object.keys(filter.value).length > 0)
    return (
      <Middle>
        <h2>No signals match</h2>
        <Button onClick={() => desk.open(tab.value, {})}>Clear the filter</Button>
      </Middle>
    )
  return (
    <Middle>
      {tab.value === 'open' && <Icon of={Check} big />}
      <h2>Nothing {stateLabels[tab.value].toLowerCase()}</h2>
      <p class="dim">
        {tab.value === 'open' && 'New ones appear here by themselves.'}
        {tab.value === 'under_review' && 'R on an open signal puts it here.'}
        {tab.value === 'archived' && 'What is archived can be reopened from here for 30 days.'}
      </p>
      {tab.value === 'open' ? (
        review > 0 && <Button onClick={() => desk.open('under_review')}>See {review} in review</Button>
      ) : (
        <Button onClick={() => desk.open('open')}>See open ones</Button>
      )}
    </Middle>
  )
}

/** The daemon is away, and this list was never seen or not kept. */
export const Unseen = ({ desk }: { desk: Desk }) => (
  <Middle>
    <p class="dim">
      {desk.failure.value
        ? 'This list was not kept. It comes back with the daemon.'
        : `Nothing ${stateLabels[desk.tab.value].toLowerCase()} then.`}
    </p>
  </Middle>
)

export const Failed = ({ desk, error }: { desk: Desk; error: string }) => (
  <Middle>
    <Icon of={CircleAlert} />
    <p role="alert">
      <Words text={error} />
    </p>
    <Button icon={RefreshCw} onClick={desk.load}>
      Try again
    </Button>
  </Middle>
)

export const Skeleton = () => (
  <div class="list skeleton" id="signals" aria-busy="true">
    {Array.from({ length: 6 }, (_, at) => (
      <div class="item" key={at}>
        <span />
        <span />
      </div>
    ))}
  </div>
)
