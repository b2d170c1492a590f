import { useMemo } from 'preact/hooks'
import { caseStatusLabels } from '../../../shared/case.ts'
import type { CaseRow } from '../../case-messages.ts'
import type { Failure } from '../../messages.ts'
import { CaseStatusLabel } from '../cases/looks.tsx'
import { wordsOf } from '../cases/words.ts'
import { createLoad } from '../load.ts'
import { Picker } from './picker.tsx'

/** A case that is there and open. `but` is one that does not come into question. */
export function CasePicker(props: { word: string; but?: string; onPick(one: CaseRow): Promise<Failure | undefined>; onBack(): void }) {
  const { but, ...rest } = props
  const found = useMemo(() => createLoad('cases'), [])
  const answer = found.value.value
  return (
    <Picker
      {...rest}
      find="Find an open case"
      list="Open cases"
      hint="Key or words, such as SEC-12"
      choose="Choose a case first"
      none={`No case that is ${caseStatusLabels.OPEN.toLowerCase()} or in progress has these words.`}
      rows={answer?.rows.filter(({ id }) => id !== but)}
      total={answer?.total ?? 0}
      failure={found.failure.value}
      load={words =>
        found.load({
          filter: `-status:CLOSED -archived:true ${wordsOf(words)}`.trim(),
          ...{ sort: 'modified_at', ascending: false, page: 1, size: 20 },
        })
      }
      draw={({ status }) => <CaseStatusLabel status={status} />}
      since={({ changed }) => changed}
    />
  )
}
