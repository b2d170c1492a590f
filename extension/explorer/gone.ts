import { useRef } from 'preact/hooks'
import type { Failure } from '../messages.ts'

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
