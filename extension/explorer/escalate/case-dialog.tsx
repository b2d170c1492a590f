import { asOneLine } from '../../../shared/unseen.ts'
import { Visible } from '../../ui/visible.tsx'
import { CaseForm } from './case-form.tsx'
import { CasePicker } from './case-picker.tsx'
import { type Escalating, escalating, putInto } from './cases.ts'
import { CreateOrAdd } from './create-or-add.tsx'

/** Where signals are put into a case, new or there already. They go under review with it. */
export function CaseDialog() {
  const about = escalating.value
  if (!about) return null
  const close = () => (escalating.value = null)
  const { rows, whole } = about
  const count = whole?.count ?? rows.length
  const open = whole ? whole.states.open : rows.filter(({ state }) => state === 'open').length
  return (
    <CreateOrAdd
      label={count === 1 ? 'Case from this signal' : `Case from ${count.toLocaleString('en')} signals`}
      about={<About about={about} open={open} count={count} />}
      onClose={close}
      create={
        <CaseForm
          title={rows.length > 0 && !whole ? asOneLine(rows[0]!.title, 512) : ''}
          word="Create case"
          onCreate={given => putInto(about, { given })}
          onBack={close}
        />
      }
      existing={<CasePicker word="Add to" onPick={into => putInto(about, { into })} onBack={close} />}
    />
  )
}

function About({ about: { rows, whole }, open, count }: { about: Escalating; open: number; count: number }) {
  const locked = whole?.locked ?? rows.filter(row => row.locked).length
  const [first] = rows
  return (
    <>
      {first && rows.length === 1 && !whole && (
        <p>
          <Visible text={first.title} />
        </p>
      )}
      <p>
        {open === 0
          ? count === 1
            ? 'It is not open any more. A new case puts it under review again.'
            : 'None of them is open any more. A new case puts them under review again.'
          : count === 1
            ? 'It goes under review with the case.'
            : `${open.toLocaleString('en')} of them ${open === 1 ? 'is' : 'are'} open and ${open === 1 ? 'goes' : 'go'} under review with the case.`}
        {locked > 0 && ` ${locked.toLocaleString('en')} older than 30 days: what is open of those stays out.`}
      </p>
    </>
  )
}
