import { ask } from '../../relay.ts'
import type { RuleRow } from '../../rule-messages.ts'
import { SourceEditor } from '../source-editor.tsx'

/** A rule as JSON. `of` is the stored one that it changes. */
export const RuleEditor = ({ source, of, word, onSaved }: { source: string; of?: RuleRow; word: string; onSaved(row: RuleRow): void }) => (
  <SourceEditor
    label="Rule as JSON"
    source={source}
    isChange={of !== undefined}
    word={word}
    check={text => ask('checkRule', { source: text })}
    save={text => ask('saveRule', { source: text, ...(of && { id: of.id, version: of.version }) })}
    onSaved={onSaved}
  />
)
