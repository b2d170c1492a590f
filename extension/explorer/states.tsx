import { CircleAlert, RefreshCw } from 'lucide'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Words } from '../ui/words.tsx'

/** An answer that is not there, why, and the way to ask again where that may help. */
export const Failed = ({ error, onRetry }: { error: string; onRetry?(): void }) => (
  <div class="middle">
    <Icon of={CircleAlert} />
    <p role="alert">
      <Words text={error} />
    </p>
    {onRetry && (
      <Button icon={RefreshCw} onClick={onRetry}>
        Try again
      </Button>
    )}
  </div>
)

/** Rows of true height, drawn only once it takes longer than a blink. */
export const Skeleton = () => (
  <div class="skeleton" aria-busy="true">
    {Array.from({ length: 12 }, (_, at) => (
      <span key={at} />
    ))}
  </div>
)

/** What is wrong, in a box. */
export const Trouble = ({ text }: { text: string }) => (
  <p class="notice critical" role="alert">
    <Icon of={CircleAlert} />
    <span>
      <Words text={text} />
    </span>
  </p>
)
