import { computed, useComputed, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { Connection } from '../messages.ts'
import { ask } from '../relay.ts'
import { Away, Barred, ReadOnly, Unpaired } from '../ui/connection.tsx'
import { Help } from '../ui/help.tsx'
import { popupKeys } from '../ui/key-list.tsx'
import { press } from '../ui/keys.ts'
import { follow, settings, status } from '../ui/live.ts'
import { whyNoBlock, whyNoTriage } from '../ui/may.ts'
import { dismissOver, isReadOnly } from '../ui/off.ts'
import { SilentEnforcers } from '../ui/silent.tsx'
import { createToasts, ToastHost } from '../ui/toast.tsx'
import { UnmadeChanges } from '../ui/unmade.tsx'
import { BulkBar } from './bulk.tsx'
import { createDesk, type Desk, isLive } from './desk.ts'
import { Details } from './details.tsx'
import { Footer } from './footer.tsx'
import { Header, openExplorer, openSidePanel } from './header.tsx'
import { createKeys } from './keys.ts'
import { Rows } from './rows.tsx'
import { SiteLine } from './site.tsx'
import { Empty, Failed, Skeleton, Unseen } from './states.tsx'
import { FilterLine, Tabs } from './tabs.tsx'

const toasts = createToasts()
const me = () => (status.value?.connection.state === 'live' ? status.value.connection.user.uuid : '')
const may = (permission: string) =>
  status.value?.connection.state === 'live' && status.value.connection.user.permissions.includes(permission)
const desk = createDesk({ ask, toasts, me, off: whyNoTriage, noBlock: whyNoBlock, reveal: openExplorer })
dismissOver(toasts, computed(whyNoTriage))

function useKeys(filtering: { value: boolean }, helping: { value: boolean }) {
  const live = useComputed(() => isLive(status.value))
  useEffect(() => {
    const actions = createKeys(desk, toasts, {
      openFilter: () => (filtering.value = live.value),
      openState: () =>
        document.querySelector<HTMLElement>(`${desk.opened.row.value ? '.details' : '.item.current'} .opener button`)?.click(),
      openHelp: () => (helping.value = true),
      openExplorer: () => openExplorer(desk.opened.row.value?.id),
      openSidePanel,
      // menus, forms and the help take Esc themselves while they have the focus
      closeTop: () => helping.value,
    })
    const onKeyDown = (event: KeyboardEvent) => {
      if (helping.value) return
      // Enter on a control is about that control
      if (event.key === 'Enter' && (event.target as Element).closest('button, a, input, select')) return
      const away = status.value?.connection.state === 'away'
      if (away && settings.value.keys && press(event, { r: () => ask('retry', {}) })) return
      press(event, actions({ keys: settings.value.keys, live: live.value }))
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** True once something lasts longer than `ms`. */
function useOverdue(pending: boolean, ms: number): boolean {
  const late = useSignal(false)
  useEffect(() => {
    late.value = false
    if (!pending) return
    const timer = setTimeout(() => (late.value = true), ms)
    return () => clearTimeout(timer)
  }, [pending])
  return late.value
}

export function App() {
  const filtering = useSignal(false)
  const helping = useSignal(false)
  useMemo(() => {
    desk.loading.value = true
    follow(({ ids }) => desk.heard(ids))
  }, [])
  useKeys(filtering, helping)
  const state = status.value?.connection.state
  useEffect(() => {
    if (state === 'live' || state === 'away') void desk.load()
    else if (state !== 'connecting') desk.opened.close()
  }, [state])
  const waiting = desk.loading.value || !state || state === 'connecting'
  const slow = useOverdue(waiting && (state === undefined || state === 'connecting' || state === 'live'), 1_000)
  const read = desk.opened.row.value
  return (
    <>
      <Header connection={status.value?.connection} slow={slow} />
      <main>
        <div class="under" inert={read !== null}>
          <Body filtering={filtering} skeleton={useOverdue(waiting, 150)} />
        </div>
        {read && <Details desk={desk} row={read} off={whyNoTriage()} me={me()} />}
      </main>
      <div class="over">
        <ToastHost toasts={toasts} />
      </div>
      {(state === 'live' || state === 'away') && <BulkBar desk={desk} off={whyNoTriage()} />}
      <Footer keys={footerOf(desk, state)} />
      {helping.value && <Help keys={popupKeys} onClose={() => (helping.value = false)} />}
    </>
  )
}

function Body({ filtering, skeleton }: { filtering: { value: boolean }; skeleton: boolean }) {
  const now = status.value
  if (now?.connection.state === 'unpaired') return <Unpaired status={now} />
  if (now?.connection.state === 'foreign' || now?.connection.state === 'version') return <Barred status={now} />
  const { rows } = desk.list.value
  const away = now?.connection.state === 'away' ? now.connection : undefined
  return (
    <>
      {away ? <Away url={now!.url} connection={away} at={desk.at.value} /> : <SiteLine />}
      {isLive(now) && may('appsec_protect_read') && <SilentEnforcers live href="/explorer.html#/settings?part=enforcers" newTab />}
      <UnmadeChanges href={id => `/explorer.html#/signals?signal=${id}`} newTab />
      {isReadOnly.value && <ReadOnly />}
      <Tabs desk={desk} live={isLive(now)} filtering={filtering} />
      <FilterLine desk={desk} />
      {rows.length > 0 && <Rows desk={desk} old={away !== undefined} off={whyNoTriage()} me={me()} />}
      {rows.length === 0 && desk.loading.value && (skeleton ? <Skeleton /> : <div class="list" />)}
      {rows.length === 0 &&
        !desk.loading.value &&
        (away ? <Unseen desk={desk} /> : desk.failure.value ? <Failed desk={desk} error={desk.failure.value} /> : <Empty desk={desk} />)}
    </>
  )
}

const whileArchiving: [string, string][] = Object.entries({ '1-7': 'reason', Enter: 'archive', Esc: 'back' })

function footerOf({ archiving, list, opened, tab }: Desk, state: Connection['state'] | undefined): [string, string][] {
  const all: [string, string] = ['?', 'all keys']
  if (state === 'unpaired') return [['Enter', 'pair']]
  if (state === 'away') return [['R', 'try now'], all]
  if (state !== 'live') return []
  if (archiving.value) return whileArchiving
  if (opened.row.value)
    return [
      ['J K', 'next'],
      ['A', 'assign'],
      opened.row.value.state === 'archived' ? ['Shift E', 'reopen'] : ['E', 'archive'],
      ['Esc', 'back'],
      all,
    ]
  if (list.value.rows.length === 0) return [tab.value === 'open' ? ['G R', 'in review'] : ['G O', 'open'], all]
  if (tab.value === 'archived') return [['J K', 'move'], ['X', 'select'], ['Shift E', 'reopen'], all]
  return [['J K', 'move'], ['Enter', 'read'], ['A', 'assign'], ['E', 'archive'], all]
}
