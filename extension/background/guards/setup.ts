import { severities } from '../../../shared/severity.ts'
import type { SetupProtocol, TriageSettings } from '../../setup-messages.ts'
import type { ServiceFacts } from '../../signal-messages.ts'
import { flag, type Guards, type GuardsOf, orNull, shape, text } from '../guard.ts'
import { name, nothing } from './parts.ts'

const dueTime = orNull(text(32))
const dueTimes = shape({ acknowledge: dueTime, resolve: dueTime })
const triageSettings = shape<TriageSettings>({
  assignOnAct: flag,
  due: shape(Object.fromEntries(severities.map(severity => [severity, dueTimes])) as unknown as Guards<TriageSettings['due']>),
})
const service = shape<ServiceFacts>({ name, owner: text(200), onCall: text(200), url: text(2000), about: text(2000) })

export const setupGuards: GuardsOf<SetupProtocol> = {
  triageSettings: nothing,
  setTriageSettings: shape({ before: triageSettings, after: triageSettings }),
  putService: shape({ before: orNull(service), service }),
  removeService: shape({ name }),
  triageFigures: shape({ from: text(20, from => /^now-\d{1,4}d$/.test(from)) }),
}
