import { FolderPlus } from 'lucide'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { builtInTypes, type CasePriority, casePriorities, defaultProject, priorityLabel, securityCase } from '../../../shared/case.ts'
import type { NewCase } from '../../case-messages.ts'
import type { Failure } from '../../messages.ts'
import { createLoad } from '../load.ts'
import { AskForm, TitleField } from './ask-form.tsx'

/** The case that is to be made. What was typed stays where the daemon refuses it. */
export function CaseForm(props: { title: string; word: string; onCreate(given: NewCase): Promise<Failure | undefined>; onBack(): void }) {
  const { onCreate, onBack, word } = props
  const [title, setTitle] = useState(props.title)
  const [description, setDescription] = useState('')
  const [priority, setPriority] = useState<CasePriority>('NOT_DEFINED')
  const [type, setType] = useState(securityCase.id)
  const [project, setProject] = useState(defaultProject.key)
  const [due, setDue] = useState('')
  const projects = useMemo(() => createLoad('caseProjects'), [])
  const types = useMemo(() => createLoad('caseTypes'), [])
  useEffect(() => {
    void projects.load({})
    void types.load({})
  }, [])
  const create = () => onCreate({ title: title.trim(), description, priority, type, project, ...(due && { due }) })
  const known = projects.value.value?.projects ?? [defaultProject]
  return (
    <AskForm word={word} icon={FolderPlus} off={title.trim() === '' ? 'Give it a title first' : undefined} onSend={create} onBack={onBack}>
      <TitleField title={title} onChange={setTitle} />
      <label class="labelled">
        <span class="eyebrow">Description, if you like</span>
        <textarea
          class="field"
          rows={4}
          maxLength={20_000}
          placeholder="What is known, what is to be found out. Markdown."
          value={description}
          onInput={event => setDescription(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit()
          }}
        />
      </label>
      <div class="row three">
        <label class="labelled">
          <span class="eyebrow">Project</span>
          <select class="field" value={project} onChange={event => setProject(event.currentTarget.value)}>
            {known.map(({ key, name }) => (
              <option key={key} value={key}>
                {name} ({key})
              </option>
            ))}
          </select>
        </label>
        <label class="labelled">
          <span class="eyebrow">Type</span>
          <select class="field" value={type} onChange={event => setType(event.currentTarget.value)}>
            {(types.value.value?.types ?? builtInTypes).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="labelled">
          <span class="eyebrow">Priority</span>
          <select class="field" value={priority} onChange={event => setPriority(event.currentTarget.value as CasePriority)}>
            {casePriorities.map(one => (
              <option key={one} value={one}>
                {priorityLabel(one)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label class="labelled">
        <span class="eyebrow">Due, if it is</span>
        <input type="date" class="field" max="9999-12-31" value={due} onInput={event => setDue(event.currentTarget.value)} />
      </label>
    </AskForm>
  )
}
