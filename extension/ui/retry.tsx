import { RefreshCw } from 'lucide'
import { useState } from 'preact/hooks'
import { ask, isFailure } from '../relay.ts'
import { Button } from './button.tsx'

/** Try a pairing again that was set aside: who said that it is unknown may have been a stranger on the port. Says so where it fails again. */
export function TryAgain({ small }: { small?: boolean }) {
  const [said, say] = useState<'' | 'Trying' | 'Still not known'>('')
  const retry = async () => {
    say('Trying')
    const answer = await ask('retry', {})
    // where it worked, this is gone
    say(isFailure(answer) || answer.connection.state === 'unpaired' ? 'Still not known' : '')
  }
  return (
    <span class="row">
      <Button small={small ?? false} icon={RefreshCw} off={said === 'Trying' ? said : undefined} onClick={retry}>
        Try again
      </Button>
      <span class="dim" role="status">
        {said}
      </span>
    </span>
  )
}
