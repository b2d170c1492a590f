import { Undo2 } from 'lucide'
import type { Failure } from '../../messages.ts'
import { isFailure } from '../../relay.ts'
import { toasts } from '../surface.ts'

/** What the toast of a change offers: it is put back, what is shown asked for again, and where that failed it is said. */
export const undo = (what: string, putBack: () => Promise<object | Failure>, reload: () => Promise<unknown>) => ({
  action: {
    label: 'Undo',
    icon: Undo2,
    keys: 'U',
    run: async () => {
      const answer = await putBack()
      if (isFailure(answer)) toasts.fail(`${what} not put back: ${answer.error}`)
      await reload()
    },
  },
})
