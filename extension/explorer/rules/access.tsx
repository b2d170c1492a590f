import { LockKeyhole, Undo2 } from 'lucide'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { mayEdit } from '../../../shared/restriction-policy.ts'
import { ask, isFailure } from '../../relay.ts'
import type { RuleAccess, RuleRow } from '../../rule-messages.ts'
import { granted, whyNot } from '../../ui/may.ts'
import { createLoad } from '../load.ts'
import { called, reloadAccess, roles, users } from '../settings/access-list.ts'
import { type Checkable, Checklist, Foot, hold } from '../settings/controls.tsx'
import { useForm } from '../settings/form.ts'
import { me } from '../signals/desk.ts'
import { Failed, Skeleton } from '../states.tsx'
import { toasts } from '../surface.ts'

/** So many can be chosen from without looking for one. */
const few = 12

type Load = ReturnType<typeof createLoad<'ruleAccess'>>

/** Who may change a rule: whoever may write rules, or those who are named here alone. */
export function AccessTab({ row }: { row: RuleRow }) {
  const { id } = row
  const found = useMemo(() => createLoad('ruleAccess'), [])
  const load = () => void found.load({ id })
  useEffect(() => {
    load()
    void reloadAccess()
  }, [id])
  const stored = found.value.value
  const failure = found.failure.value
  if (!stored) return failure ? <Failed error={failure.error} onRetry={load} /> : <Skeleton />
  return <Editor row={row} stored={stored} found={found} />
}

/** Whom the list of editors holds out to be chosen; those named in it who are not there any more are among them. */
function offered(editors: readonly string[]): { roles: Checkable[]; people: Checkable[]; gone: Checkable[] } {
  const known = {
    roles: (roles.value.value?.roles ?? []).map(({ id, name, users }) => ({
      id: `role:${id}`,
      label: name,
      says: users === 1 ? '1 user' : `${users} users`,
    })),
    people: (users.value.value?.users ?? [])
      .filter(({ id, disabled }) => !disabled || editors.includes(`user:${id}`))
      .map(user => ({ id: `user:${user.id}`, label: called(user), says: user.disabled ? 'Disabled' : user.handle })),
  }
  const named = new Set([...known.roles, ...known.people].map(({ id }) => id))
  const gone = editors
    .filter(id => !named.has(id))
    .map(id => (id.startsWith('org:') ? { id, label: 'Everybody' } : { id, label: id, says: 'not there any more' }))
  return { ...known, gone }
}

function Editor({ row, stored, found }: { row: RuleRow; stored: RuleAccess; found: Load }) {
  const [search, setSearch] = useState('')
  const { id, name } = row
  const isAdmin = granted.value.has('user_access_manage')
  const save = (before: RuleAccess, after: RuleAccess) => ask('setRuleAccess', { id, before, after, leavesOut: isAdmin })
  const took = (answer: RuleAccess) => {
    found.value.value = answer
  }
  const form = useForm<RuleAccess, RuleAccess>({
    of: `rule-access:${id}`,
    stored,
    fields: [],
    save,
    async reread() {
      await found.load({ id })
      return found.value.value ?? undefined
    },
    saved(answer, before, after) {
      took(answer)
      const putBack = async () => {
        const back = await save(after, before)
        if (isFailure(back)) toasts.fail(`Who may edit ${name} not put back: ${back.error}`)
        else took(back)
      }
      toasts.show({
        icon: LockKeyhole,
        text: after.editors.length === 0 ? `${name} is not restricted any more` : `${name} is restricted`,
        action: { label: 'Undo', icon: Undo2, keys: 'U', run: () => void putBack() },
      })
    },
  })
  const { editors } = form.value
  const choices = offered(editors)
  const unknown = users.failure.value ?? roles.failure.value
  const isKnown = users.value.value !== null && roles.value.value !== null
  const mine = { uuid: me(), roles: users.value.value?.users.find(one => one.id === me())?.roles ?? [] }
  const includesMe = (of: RuleAccess) =>
    of.editors.length === 0 || !isKnown || mayEdit({ id, bindings: [{ relation: 'editor', principals: of.editors }] }, mine)
  const barred =
    whyNot('security_monitoring_rules_write') ??
    (includesMe(stored) || isAdmin ? undefined : 'Only those whom it names, and who hands out access, may change this') ??
    (granted.value.has('user_access_read') ? undefined : 'Your role does not show users and roles, so none can be chosen')
  const leavesMeOut = !includesMe(form.value)
  const why =
    barred ??
    (form.dirty ? undefined : 'Nothing has changed') ??
    (isKnown && choices.gone.some(({ says }) => says) ? 'Take out first who is not there any more' : undefined) ??
    (leavesMeOut && !isAdmin ? 'It would leave you out: choose yourself, or a role that you have' : undefined)
  const list = (of: readonly Checkable[]) => (
    <Checklist
      of={of
        .filter(
          ({ id, label, says = '' }) => editors.includes(id) || `${label} ${says}`.toLowerCase().includes(search.trim().toLowerCase()),
        )
        .map(one => (barred === undefined ? one : { ...one, off: barred }))}
      checked={editors}
      onCheck={checked => form.change({ editors: checked.sort() })}
    />
  )
  return (
    <form class="form" noValidate onSubmit={hold}>
      <section>
        <h3>Who may edit</h3>
        <p>
          {editors.length === 0
            ? 'Whoever may write rules may change this one. Check roles or people, and nobody else may.'
            : 'Only who is checked may change, switch or delete this rule, or suppress its signals.'}
        </p>
        <p class="dim">
          Whoever may read rules reads it, and its signals show to whom they would. Who hands out access may always change this.
        </p>
      </section>
      {unknown && !isKnown && (
        <p class="dim" role="alert">
          Users and roles are not known: {unknown.error}
        </p>
      )}
      {choices.roles.length + choices.people.length > few && (
        <input
          class="field"
          type="search"
          aria-label="Find a role or somebody"
          placeholder="Find a role or somebody"
          maxLength={200}
          value={search}
          onInput={event => setSearch(event.currentTarget.value)}
        />
      )}
      {(['gone', 'roles', 'people'] as const).map(
        kind =>
          choices[kind].length > 0 && (
            <fieldset class="group" key={kind}>
              <legend class="eyebrow">{heads[kind]}</legend>
              {list(choices[kind])}
            </fieldset>
          ),
      )}
      {leavesMeOut && isAdmin && form.dirty && <p class="dim">It leaves you out. Who hands out access can change that back.</p>}
      <Foot form={form} why={why} word="Save" busyWord="Saving" />
    </form>
  )
}
const heads = { gone: 'Named besides', roles: 'Roles', people: 'People' }
