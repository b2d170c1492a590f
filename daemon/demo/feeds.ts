import type { Intention } from '../../shared/indicator.ts'
import { attackers } from './world.ts'

/** A feed as a person would add it, with the text to load. */
export interface DemoFeed {
  name: string
  format: 'netset' | 'csv'
  category: string
  intention: Intention
  licence: string
  text: string
}

const licence = 'Made up for the demonstration'
const netset = (title: string, lines: string[]) => `# ${title}\n${lines.join('\n')}\n`

/** What is known of the story's addresses, as four lists say it. */
export const demoFeeds: readonly DemoFeed[] = [
  {
    ...{ name: 'Scanners (demo)', format: 'netset', category: 'scanner', intention: 'malicious', licence },
    // the second column: on how many lists an address stands
    text: netset('Addresses that scan and guess', [
      `${attackers.scanning}\t8`,
      `${attackers.guessing}\t11`,
      '192.0.2.250\t3',
      '198.51.100.250\t2',
      '2001:db8:dead::/48',
    ]),
  },
  {
    ...{ name: 'Tor exits (demo)', format: 'netset', category: 'tor', intention: 'suspicious', licence },
    text: netset('Tor exit nodes', [attackers.tor, '203.0.113.78', '192.0.2.131', '2001:db8:70:5::1']),
  },
  {
    ...{ name: 'VPN providers (demo)', format: 'netset', category: 'anonymizer', intention: 'unknown', licence },
    text: netset('Netblocks of VPN providers', ['192.0.2.192/27', '198.51.100.200-198.51.100.207']),
  },
  {
    ...{ name: 'Team watchlist (demo)', format: 'csv', category: 'attack', intention: 'suspicious', licence },
    text: [
      'ip_address,category,intention,note,added_by',
      `${attackers.phishing},phishing,malicious,"Sent “your password expires”, twice this month",analyst-1`,
      `${attackers.entered},attack,suspicious,"Same netblock as the attempts of last week",analyst-2`,
      `${attackers.stuffing},residential_proxy,suspicious,"Rents out its users' lines",analyst-1`,
      '',
    ].join('\n'),
  },
]
