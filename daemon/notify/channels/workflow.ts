import { defineChannel } from '../../lib/kinds.ts'

/** A workflow of this daemon, by its handle. */
export const workflow = defineChannel({
  kind: 'workflow',
  label: 'Workflow',
  target: 'name',
  builtIn: true,
  fields: [],
  deliver: (message, { recipient, toWorkflow }) => toWorkflow(recipient, message),
})
