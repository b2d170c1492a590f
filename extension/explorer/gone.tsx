import { useRef } from 'preact/hooks'
import type { Failure } from '../messages.ts'
import { Failed, Skeleton } from './states.tsx'

/** What a panel says where the daemon has no such thing, or has it no more; undefined while it has. `called`: its name, while that is known. */
export function useGone(what: string, failure: Failure | null, called: string | undefined): { label: string; error: string } | undefined {
  const was = useRef<string | undefined>(undefined)
  if (failure?.status !== 404) {
    was.current = called ?? was.current
    return undefined
  }
  return was.current === undefined
    ? { label: `No such ${what}`, error: `There is no such ${what} here, or it is not yours to see.` }
    : { label: `${was.current} is gone`, error: `This ${what} was deleted, or it is no longer yours to see.` }
}

/** What stands in a panel of which there is nothing to show: it is gone, was not answered, or is on its way. */
export function Absent({ gone, failure, onRetry }: { gone: ReturnType<typeof useGone>; failure: Failure | null; onRetry(): unknown }) {
  if (gone) return <Failed error={gone.error} />
  return failure ? <Failed error={failure.error} onRetry={() => void onRetry()} /> : <Skeleton />
}
