import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { saved } from './desk.ts'
import { WorkflowEditor } from './edit.tsx'

/** A workflow to begin with: it looks whether a signal is worth a second look, and says so. */
const blank = JSON.stringify(
  {
    name: '',
    description: '',
    published: false,
    tags: ['source:sshd'],
    spec: {
      triggers: [{ securityTrigger: {} }],
      inputSchema: { parameters: [{ name: 'why', type: 'STRING', label: 'Why', defaultValue: 'Looked at by a workflow' }] },
      steps: [
        {
          name: 'severe',
          actionId: 'condition',
          parameters: [
            { name: 'conditions', value: [{ operand1: '{{ Source.signal.status }}', operator: 'OPERATOR_EQUAL', operand2: 'critical' }] },
          ],
          outboundEdges: [{ branchName: 'true', nextStepName: 'review' }],
        },
        {
          name: 'review',
          actionId: 'set_state',
          parameters: [{ name: 'state', value: 'under_review' }],
          outboundEdges: [{ branchName: 'main', nextStepName: 'say' }],
        },
        { name: 'say', actionId: 'add_note', parameters: [{ name: 'text', value: '{{ Trigger.why }}: {{ Source.signal.title }}' }] },
      ],
    },
  },
  null,
  2,
)

export const NewWorkflowPanel = () => (
  <Panel label="New workflow" of="new" form onClose={() => show({ do: undefined })}>
    <p class="dim">In Datadog’s form. It is looked at while you type; nothing runs before it is published.</p>
    <WorkflowEditor
      source={blank}
      word="Create"
      onSaved={row => {
        saved(row, 'created')
        show({ ...place.value.with, do: undefined, workflow: row.id, tab: undefined })
      }}
    />
  </Panel>
)
