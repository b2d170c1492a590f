import { ask } from '../../relay.ts'
import type { RuleRow } from '../../rule-messages.ts'
import { SourceEditor } from '../source-editor.tsx'

/** A rule as JSON. `of` is the stored one that it changes. */
export const RuleEditor = (props: {
  source: string
  of?: RuleRow
  word: string
  onSaved(row: RuleRow): void
  onStale?(): Promise<void>
}) => {
  const { source, of, word, onSaved, onStale } = props
  return (
    <SourceEditor
      label="Rule as JSON"
      source={source}
      version={of?.version}
      word={word}
      check={text => ask('checkRule', { source: text })}
      save={(text, version) => ask('saveRule', { source: text, ...(of && { id: of.id, version: version ?? of.version }) })}
      onSaved={onSaved}
      {...(onStale && { onStale })}
    />
  )
}
