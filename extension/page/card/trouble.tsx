import { RefreshCw, TriangleAlert, Unplug } from 'lucide'
import type { Connection, Failure } from '../../messages.ts'
import { whyAway } from '../../ui/away-words.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Words } from '../../ui/words.tsx'

/** What is wrong and what to do, in words. */
export function explain(connection: Connection | undefined, failure: Failure): string {
  switch (connection?.state) {
    case 'away':
      return whyAway(connection.silent)
    case 'unpaired':
      return connection.why === 'revoked'
        ? 'The pairing was revoked. Open Signalbox from the toolbar to pair again.'
        : 'This browser is not paired yet. Open Signalbox from the toolbar to pair it.'
    case 'foreign':
      return 'Something answers in place of your daemon, but it cannot prove that it is yours. Nothing was sent to it.'
    case 'version':
      return `This daemon is ${connection.daemon}, the extension ${connection.extension}. Update the ${connection.update}.`
    default:
      return failure.error
  }
}

/** In place of the facts where there are none. */
export const Trouble = ({ failure, connection, retry }: { failure: Failure; connection: Connection | undefined; retry(): void }) => (
  <div class="say" role="alert">
    <div class="notice medium">
      <Icon of={connection?.state === 'away' ? Unplug : TriangleAlert} />
      <p>
        <Words text={explain(connection, failure)} />
      </p>
    </div>
    <Button small icon={RefreshCw} onClick={retry}>
      Try again
    </Button>
  </div>
)
