import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { RuleEditor } from './edit.tsx'
import { saved } from './rulebook.ts'

/** A rule to begin with: it would find addresses that fail to log in over and over. */
const blank = JSON.stringify(
  {
    name: '',
    isEnabled: true,
    message: '# What happened\n\n{{@network.client.ip}} failed to log in often.\n\n# What to do\n\nLook at the account.',
    queries: [{ name: 'failures', query: '@evt.category:authentication @evt.outcome:failure', groupByFields: ['@network.client.ip'] }],
    cases: [{ name: 'Many failures', status: 'medium', condition: 'failures > 10' }],
    options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
    tags: ['source:sshd', 'security:attack'],
  },
  null,
  2,
)

export const NewRulePanel = () => (
  <Panel label="New rule" of="new" form onClose={() => show({ do: undefined })}>
    <p class="dim">In Datadog’s form. It is looked at while you type, and judges logs from the moment it is created.</p>
    <RuleEditor
      source={blank}
      word="Create"
      onSaved={row => {
        saved(row, 'created')
        show({ ...place.value.with, do: undefined, rule: row.id })
      }}
    />
  </Panel>
)
