import { Copy, Send, Trash2 } from 'lucide'
import { useState } from 'preact/hooks'
import { severities } from '../../../shared/severity.ts'
import type { NotifyForm, NotifyRule } from '../../notify-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { capital } from '../../ui/glyphs.tsx'
import { Labelled } from '../labelled.tsx'
import { Sure } from '../sure.tsx'
import { toasts } from '../surface.ts'
import { Checklist, Foot, hold, TextField } from './controls.tsx'
import { type Form, useForm } from './form.ts'
import { barredFromWriting, reloadRules, rules, spansWith } from './notify.ts'
import { NotifyPreview } from './notify-preview.tsx'
import { TargetsField } from './targets-field.tsx'

const blank: NotifyForm = {
  ...{ name: '', enabled: true, severities: ['critical', 'high'], ruleTypes: [], query: '', targets: [], aggregation: 0 },
  ...{ title: '', message: '' },
}
const formOf = (rule: NotifyForm): NotifyForm => ({
  name: rule.name,
  enabled: rule.enabled,
  severities: rule.severities,
  ruleTypes: rule.ruleTypes,
  query: rule.query,
  targets: rule.targets,
  aggregation: rule.aggregation,
  title: rule.title,
  message: rule.message,
})
const fields = ['name', 'severities', 'query', 'targets', 'timeAggregation', 'title', 'message', 'ruleTypes'] as const

/** A notification rule as it is, a new one, or a new one like another. What it would tell, and of how many, stands below as it is written. */
export function NotifyEditor(props: {
  rule?: NotifyRule
  like?: NotifyRule | undefined
  onSaved(rule: NotifyRule): void
  onClone?(): void
  onRemove?(): Promise<void>
}) {
  const { rule, like, onSaved, onClone, onRemove } = props
  const [sure, setSure] = useState(false)
  const [testing, setTesting] = useState(false)
  const form = useForm<NotifyForm & { version: number }, NotifyRule>({
    of: `notify:${rule?.id ?? `new ${like?.id ?? ''}`}`,
    // the version that the draft began with goes with it
    stored: {
      ...(rule ? formOf(rule) : like ? { ...formOf(like), name: `${like.name} (copy)` } : blank),
      version: rule?.version ?? 0,
    },
    fields,
    save: (base, value) => ask('saveNotifyRule', { ...(rule && { id: rule.id, version: base.version }), rule: formOf(value) }),
    async reread() {
      await reloadRules()
      const now = rules.value.value?.rules.find(({ id }) => id === rule?.id)
      return now && { ...formOf(now), version: now.version }
    },
    saved: onSaved,
  })
  const { value, change } = form
  const barred = barredFromWriting()
  const unfinished = value.name.trim() === '' ? 'Give it a name first' : value.targets.length === 0 ? 'Say whom it tells first' : undefined
  const why = barred ?? (rule && !form.dirty ? 'Nothing has changed' : unfinished)
  const text = form as unknown as Form<Record<'name' | 'query' | 'title' | 'message', string>>

  async function test(): Promise<void> {
    setTesting(true)
    const answer = await ask('testNotifyRule', { rule: formOf(value) })
    setTesting(false)
    if (isFailure(answer)) return toasts.fail(`Not tried: ${answer.error}`)
    const [first, ...more] = answer.errors
    if (!first) toasts.show({ icon: Send, text: `Sent as a test to ${value.targets.join(', ')}` })
    else toasts.fail(`${first.target} was not told: ${first.message}${more.length > 0 ? `; and ${more.length} more` : ''}`)
  }

  return (
    <form class="form" noValidate onSubmit={hold}>
      {rule && rule.doubts.length > 0 && !form.dirty && (
        <ul class="notice">
          {rule.doubts.map(doubt => (
            <li key={doubt}>{doubt}</li>
          ))}
        </ul>
      )}
      <TextField form={text} name="name" label="Name" most={256} off={barred} />
      <fieldset class="group">
        <legend class="eyebrow">Severity</legend>
        <Checklist
          of={severities.map(level => ({ id: level, label: capital(level), off: barred }))}
          checked={value.severities}
          onCheck={checked => change({ severities: checked })}
        />
        <p class="weak">
          {value.severities.length === 0 ? 'None chosen: any severity.' : 'Told when a signal is new, and when it becomes one of these.'}
        </p>
      </fieldset>
      <TextField
        form={text}
        name="query"
        label="Query, optional"
        mono
        most={8192}
        says="As in the search of signals, such as source:sshd env:prod. Empty: all."
        off={barred}
      />
      <TargetsField
        value={value.targets}
        problem={form.problems.find(({ field }) => field.startsWith('targets'))?.message}
        off={barred}
        onChange={targets => change({ targets })}
      />
      <Labelled label="How often" says="Counted from the first signal that nobody was told of." problem={form.wrong('timeAggregation')}>
        {attributes => (
          <select
            {...attributes}
            class="field"
            disabled={barred !== undefined}
            value={String(value.aggregation)}
            onChange={event => change({ aggregation: Number(event.currentTarget.value) })}
          >
            {spansWith(value.aggregation).map(([seconds, word]) => (
              <option key={seconds} value={String(seconds)}>
                {word}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      <TextField form={text} name="title" label="Title, optional" mono most={1000} says="Empty: [{{status}}] {{title}}" off={barred} />
      <Labelled
        label="Message, optional"
        says="{{severity}}, {{@network.client.ip}}, {{env.name}}, {{#is_match &quot;env.name&quot; &quot;prod&quot;}}…{{/is_match}}. Empty: what the detection rule says."
        problem={form.wrong('message')}
      >
        {attributes => (
          <textarea
            {...attributes}
            class="field mono"
            rows={5}
            value={value.message}
            readOnly={barred !== undefined}
            maxLength={16_384}
            spellcheck={false}
            onInput={event => change({ message: event.currentTarget.value })}
          />
        )}
      </Labelled>
      <label class="row">
        <input
          type="checkbox"
          checked={value.enabled}
          aria-disabled={barred !== undefined}
          onClick={event => barred !== undefined && event.preventDefault()}
          onChange={event => change({ enabled: event.currentTarget.checked })}
        />
        On
      </label>
      <NotifyPreview form={formOf(value)} />
      <Foot form={form} why={why} word={rule ? 'Save' : 'Create'} busyWord="Saving">
        <Button icon={Send} off={barred ?? (testing ? 'Sending' : unfinished)} onClick={() => void test()}>
          {testing ? 'Sending' : 'Send a test'}
        </Button>
        {onClone && (
          <Button kind="quiet" icon={Copy} off={barred} onClick={onClone}>
            Clone…
          </Button>
        )}
        {onRemove && (
          <Button icon={Trash2} kind="danger" off={barred} onClick={() => setSure(true)}>
            Delete…
          </Button>
        )}
      </Foot>
      {sure && rule && onRemove && (
        <Sure icon={Trash2} word="Delete" back="Keep it" onYes={onRemove} onNo={() => setSure(false)}>
          <strong>Delete {rule.name}?</strong> Nobody is told by it any more; what waits is still sent.
        </Sure>
      )}
    </form>
  )
}
