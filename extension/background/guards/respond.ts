import { rangeModes } from '../../../shared/bouncer.ts'
import { blockKinds } from '../../../shared/denylist.ts'
import { furthest } from '../../../shared/time.ts'
import { blockSorts, type PassForm, type RespondProtocol, type RespondSettings, type Target } from '../../respond-messages.ts'
import { flag, type GuardsOf, list, oneOf, orNull, shape, text, whole } from '../guard.ts'
import { id, nothing, version } from './parts.ts'

const blockKind = oneOf(blockKinds)
const blockValue = text(512, value => value.trim() !== '')
const blockTarget = shape<Target>({ kind: blockKind, value: blockValue })
const span = text(32, span => /^[\w.]+$/.test(span))
const why = text(4096)
const passForm = shape<PassForm>({
  ...{ addresses: list(text(128), 1, 1000), trusted: flag, description: text(512, words => words.trim() !== '') },
  ...{ reason: why, until: orNull(whole(furthest)) },
})
const ranges = oneOf(rangeModes)
const respondSettings = shape<RespondSettings>({
  ...{ v4: whole(1000), v6: whole(1000), wide: flag, permanent: flag },
  ...{ perHour: whole(1_000_000), repeatFactor: whole(1000), repeatLongest: span },
  ...{ flagOver: whole(99_999_999), publishReasons: flag, publishUsers: flag },
})

export const respondGuards: GuardsOf<RespondProtocol> = {
  denylist: shape({ ended: flag, text: text(512), sort: oneOf(blockSorts), page: whole(1_000_000), size: whole(100) }),
  denylistEntry: shape({ id }),
  previewBlock: shape({ targets: list(blockTarget, 1, 500) }),
  block: shape(
    {
      targets: list(shape<Target, { confirm: string }>({ kind: blockKind, value: blockValue }, { confirm: text(512) }), 1, 500),
      duration: span,
      reason: why,
    },
    { signal: id },
  ),
  extendBlock: shape({ id, version }, { duration: span, reason: why }),
  approveBlock: shape({ id, version }),
  liftBlock: shape({ id, reason: why }),
  openBlock: shape<{ targets: Target[] }, { signal: string }>({ targets: list(blockTarget, 1, 100) }, { signal: id }),
  passlist: nothing,
  previewPass: shape<{ form: PassForm }, { id: string }>({ form: passForm }, { id }),
  addToPasslist: shape<{ form: PassForm }, { confirm: string[] }>({ form: passForm }, { confirm: list(text(128), 0, 1000) }),
  changePass: shape<{ id: string; before: PassForm; form: PassForm; enabled: boolean }, { confirm: string[] }>(
    { id, before: passForm, form: passForm, enabled: flag },
    { confirm: list(text(128), 0, 1000) },
  ),
  removePass: shape({ id }),
  bouncers: nothing,
  silentEnforcers: nothing,
  createBouncer: shape({ name: text(64), ranges }),
  changeBouncer: shape({ id, ranges }),
  forgetSilent: shape({ id }),
  revokeBouncer: shape({ id }),
  respondSettings: nothing,
  setRespondSettings: shape({ before: respondSettings, after: respondSettings }),
}
