import { ask } from '../../relay.ts'
import { whyNot } from '../../ui/may.ts'
import type { WorkflowRow } from '../../workflow-messages.ts'
import { SourceEditor } from '../source-editor.tsx'

/** A workflow as JSON. `of` is the stored one that it changes. */
export const WorkflowEditor = (props: {
  source: string
  of?: WorkflowRow
  word: string
  onSaved(row: WorkflowRow): void
  onStale?(): Promise<void>
}) => {
  const { source, of, word, onSaved, onStale } = props
  return (
    <SourceEditor
      label="Workflow as JSON"
      source={source}
      version={of?.version}
      word={word}
      whyNot={whyNot('workflows_write')}
      check={text => ask('checkWorkflow', { source: text, ...(of && { id: of.id }) })}
      save={(text, version) => ask('saveWorkflow', { source: text, ...(of && { id: of.id, version: version ?? of.version }) })}
      onSaved={onSaved}
      {...(onStale && { onStale })}
    />
  )
}
