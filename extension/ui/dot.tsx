import type { Connection } from '../messages.ts'

const looks: Record<Connection['state'], string> = {
  live: '',
  connecting: 'unpaired',
  unpaired: 'unpaired',
  away: 'away',
  foreign: 'away',
  version: 'away',
}

/** The connection as a dot; its words stand beside it. */
export const Dot = ({ of }: { of: Connection['state'] }) => <span class={`dot ${looks[of]}`} />
