import { useEffect, useRef } from 'preact/hooks'
import { press } from '../ui/keys.ts'
import { settings } from '../ui/live.ts'

export type Actions = Record<string, ((event: KeyboardEvent) => unknown) | undefined>

const always = /^(?:Arrow(?:Up|Down|Left|Right)|Page(?:Up|Down)|Home|End|Escape|Enter)$/

/** Give keys a meaning as long as the component is there. Letters do nothing where they are switched off; Enter on a control is about that control. `early`: before whoever else has a use for the key. */
export function useKeys(actions: Actions, early = false): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]')) return
      if (event.key === 'Enter' && (event.target as Element).closest('button, a, input, select, textarea')) return
      const allowed = settings.value.keys
        ? latest.current
        : Object.fromEntries(Object.entries(latest.current).filter(([key]) => always.test(key)))
      press(event, allowed)
    }
    document.addEventListener('keydown', onKeyDown, early)
    return () => document.removeEventListener('keydown', onKeyDown, early)
  }, [])
}
