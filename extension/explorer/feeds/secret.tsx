import { KeyRound, Trash2 } from 'lucide'
import { useState } from 'preact/hooks'
import type { AuthType, FeedRow } from '../../feed-messages.ts'
import { Button } from '../../ui/button.tsx'
import { off } from '../../ui/off.ts'
import { busy, keepSecret } from './feed-list.ts'
import { SecretField } from './fields.tsx'

const words: Record<AuthType, string> = { basic: 'password', bearer: 'token', header: 'value of the header' }

/** What the requests of a feed are signed with: it can be replaced and forgotten, but not read. */
export function Secret({ feed, type, kept }: { feed: FeedRow; type: AuthType; kept: boolean }) {
  const [secret, setSecret] = useState('')
  const why = off.value ?? (busy.value.has(feed.id) ? 'Under way' : undefined)
  async function keep(event: Event) {
    event.preventDefault()
    if (why || secret === '') return
    if (await keepSecret(feed, secret)) setSecret('')
  }
  return (
    <section>
      <form class="form" onSubmit={keep}>
        <SecretField
          label={`${kept ? 'Another' : 'The'} ${words[type]}`}
          says={kept ? 'One is kept. It is never shown.' : 'None is kept yet, so that the source may refuse to answer.'}
          value={secret}
          onType={setSecret}
        />
        <div class="row wrap">
          <Button icon={KeyRound} type="submit" off={why ?? (secret === '' ? 'Type it first' : undefined)} onClick={keep}>
            Keep it
          </Button>
          {kept && (
            <Button icon={Trash2} kind="quiet" off={why} onClick={() => void keepSecret(feed, null)}>
              Forget the one that is kept
            </Button>
          )}
        </div>
      </form>
    </section>
  )
}
