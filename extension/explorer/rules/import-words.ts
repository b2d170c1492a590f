import type { ImportedRule } from '../../rule-messages.ts'

export const outcomeWords: Record<ImportedRule['outcome'], string> = {
  imported: 'Imported',
  imported_with_loss: 'With loss',
  refused: 'Refused',
}

/** What an import does, or has done, with a rule that it takes. */
export const changeWords: Record<string, string> = {
  created: 'new',
  updated: 'newer than ours',
  unchanged: 'there already',
  kept: 'kept as you have changed it',
}

/** How many rules an import makes or changes. */
export const changedBy = (rules: readonly ImportedRule[]): number =>
  rules.filter(({ outcome, change }) => outcome !== 'refused' && change !== 'unchanged' && change !== 'kept').length

/** `1 would be imported, 2 with loss, 1 refused`. */
export function summaryOf(rules: readonly ImportedRule[], done: boolean): string {
  const of = (outcome: ImportedRule['outcome']) => rules.filter(rule => rule.outcome === outcome).length
  const [whole, loss, refused] = [of('imported'), of('imported_with_loss'), of('refused')]
  const verb = done ? 'imported' : 'would be imported'
  const parts = [`${whole} ${verb}`, loss > 0 && `${loss} with loss`, refused > 0 && `${refused} refused`]
  return `${parts.filter(Boolean).join(', ')}.`
}

/** Refused first, then what lost something: what is worth reading. */
export function worstFirst(rules: readonly ImportedRule[]): ImportedRule[] {
  const order: ImportedRule['outcome'][] = ['refused', 'imported_with_loss', 'imported']
  return [...rules].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))
}
