import { UserRound } from 'lucide'
import { worstOn } from '../../../shared/verdict.ts'
import { Address, Who } from '../../ui/facts.tsx'
import { Severity, StateLabel } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import type { Brief } from '../search/types.ts'
import { Badges, doneTo } from './cells.tsx'
import { busy } from './desk.ts'
import { addressesOf, matchesOf, usersOf } from './reading.ts'

/** What happened, then who and where, in what state and since when. */
export const briefSignal: Brief = {
  head: 'Signals',
  cell(row) {
    const { signal } = row
    if (!signal) return null
    const [address] = addressesOf(row.doc, signal.ip)
    const [user] = usersOf(row.doc, signal.users)
    const done = doneTo(signal)
    return (
      <div class="brief">
        <div class="row">
          <Severity level={signal.severity} bare />
          <span class="cut title" title={signal.title}>
            <Visible text={signal.title} />
          </span>
          <span class="end" />
          <Badges signal={signal} />
          <Who person={signal.assignee} quiet />
        </div>
        <div class="row weak" title={done || undefined}>
          {busy.value.has(signal.id) ? <span>Pending</span> : <StateLabel state={signal.state} />}
          {address !== undefined && (
            <span class="row">
              <Address ip={address} verdict={worstOn(address, matchesOf(row.doc))} />
            </span>
          )}
          {address === undefined && user !== undefined && (
            <span class="row">
              <Icon of={UserRound} small />
              <Visible class="cut" text={user} />
            </span>
          )}
          <span class="end" />
          <span class="nowrap">
            <Ago time={signal.timestamp} sentence />
          </span>
        </div>
      </div>
    )
  },
}
