import type { AttackerRow, GroupRow, UserRow } from '../../attacker-messages.ts'
import { Address, VerdictTag } from '../../ui/facts.tsx'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import type { Column } from '../grid.tsx'
import { AttackerStateTag, SignalCount, StandingTag } from './looks.tsx'

const figure = (n: number) => n.toLocaleString('en')
const Seen = ({ time }: { time: number | null }) => <span class="weak nowrap">{time !== null && <Ago time={time} sentence />}</span>
const Cut = ({ text }: { text: string }) => (
  <div class="cut" title={text}>
    <Visible text={text} />
  </div>
)

export const addressColumns: readonly Column<AttackerRow>[] = [
  {
    id: 'address',
    head: 'Address',
    width: 'minmax(160px, 1fr)',
    sorts: true,
    cell: ({ address, verdict }) => (
      <div class="row">
        <Address ip={address} verdict={verdict} />
      </div>
    ),
  },
  { id: 'score', head: 'State', width: '120px', sorts: true, cell: ({ state }) => <AttackerStateTag state={state} /> },
  { id: 'country', head: 'Country', width: '104px', sorts: true, cell: ({ country }) => <Cut text={country?.name ?? ''} /> },
  { id: 'as', head: 'Network', width: 'minmax(112px, .7fr)', sorts: true, cell: ({ as }) => <Cut text={as?.name ?? ''} /> },
  { id: 'signals', head: 'Signals', bare: true, width: '80px', sorts: true, cell: row => <SignalCount signals={row.signals} /> },
  { id: 'logs', head: 'Logs', width: '68px', sorts: true, cell: ({ logs }) => figure(logs) },
  { id: 'last_seen', head: 'Last seen', width: '108px', sorts: true, cell: ({ lastSeen }) => <Seen time={lastSeen} /> },
  { id: 'standing', head: 'Decided', width: '136px', cell: ({ standing }) => <StandingTag standing={standing} /> },
]

export const groupColumns: readonly Column<GroupRow>[] = [
  { id: 'label', head: 'In common', cell: ({ label }) => <Cut text={label} /> },
  { id: 'members', head: 'Addresses', bare: true, width: '92px', cell: ({ members }) => figure(members.total) },
  { id: 'flagged', head: 'Flagged', bare: true, width: '80px', cell: ({ flagged }) => figure(flagged) },
  { id: 'suspicious', head: 'Suspicious', width: '92px', cell: ({ suspicious }) => figure(suspicious) },
  { id: 'blocked', head: 'Blocked', bare: true, width: '80px', cell: ({ blocked }) => figure(blocked) },
  { id: 'signals', head: 'Signals', bare: true, width: '88px', cell: row => <SignalCount signals={row.signals} /> },
  { id: 'logs', head: 'Logs', width: '76px', cell: ({ logs }) => figure(logs) },
  { id: 'last_seen', head: 'Last seen', width: '108px', cell: ({ lastSeen }) => <Seen time={lastSeen} /> },
]

export const userColumns: readonly Column<UserRow>[] = [
  { id: 'user', head: 'User', sorts: true, cell: ({ user }) => <Cut text={user} /> },
  { id: 'signals', head: 'Takeovers', bare: true, width: '96px', sorts: true, cell: row => <SignalCount signals={row.signals} /> },
  {
    id: 'addresses',
    head: 'From',
    width: '220px',
    cell: ({ addresses: [first, ...others] }) => (
      <div class="row nowrap">
        {first && <span class="addr">{first.value}</span>}
        {others.length > 0 && <span class="weak">and {others.length < 4 ? others.length : 'others'}</span>}
      </div>
    ),
  },
  { id: 'logs', head: 'Logs', width: '76px', cell: ({ logs }) => figure(logs) },
  {
    id: 'services',
    head: 'Services',
    width: '160px',
    cell: ({ services }) => <Cut text={services.map(({ value }) => value).join(', ')} />,
  },
  { id: 'first_seen', head: 'First seen', width: '108px', sorts: true, cell: ({ firstSeen }) => <Seen time={firstSeen} /> },
  { id: 'last_seen', head: 'Last seen', width: '108px', sorts: true, cell: ({ lastSeen }) => <Seen time={lastSeen} /> },
  { id: 'blocked', head: 'Decided', width: '104px', cell: ({ blocked }) => blocked && <VerdictTag kind="blocked" /> },
]
