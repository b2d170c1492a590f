import type { Intention } from '../../../shared/indicator.ts'
import { intentions } from '../../../shared/indicator.ts'
import { get, isObject } from '../../../shared/json.ts'
import { verdictOf } from '../../../shared/verdict.ts'
import type { FoundRow } from '../../search-messages.ts'
import { VerdictTag } from '../../ui/facts.tsx'
import { Visible } from '../../ui/visible.tsx'
import type { Surface } from '../search/types.ts'
import { ValueButton } from '../search/value-button.tsx'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What feeds said of the addresses and names in a log. */
export function Intel({ row, surface }: { row: FoundRow; surface: Surface }) {
  const results = get(row.doc.attributes, 'threat_intel', 'results')
  const matches = Array.isArray(results) ? results.filter(isObject) : []
  if (matches.length === 0) return null
  return (
    <section>
      <h3>
        Threat intelligence <span class="weak">{matches.length === 1 ? '1 match' : `${matches.length} matches`}</span>
      </h3>
      <ul class="lines">
        {matches.map((match, i) => {
          const intention = intentions.find(one => one === match['intention']) ?? ('unknown' as Intention)
          const category = text(match['category'])
          return (
            <li key={i}>
              <VerdictTag kind={verdictOf({ intention, category })} word={category || intention} />
              <div>
                <ValueButton surface={surface} path="@threat_intel.results.indicator" value={text(match['indicator'])} mono />{' '}
                <Visible class="weak" text={text(get(match, 'source', 'name'))} />
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** The addresses that were found anywhere in a log. */
export function Addresses({ row, surface }: { row: FoundRow; surface: Surface }) {
  const list = get(row.doc.attributes, 'network', 'ip', 'list')
  const addresses = Array.isArray(list) ? list.filter(one => typeof one === 'string') : []
  if (addresses.length === 0) return null
  return (
    <section>
      <h3>Addresses</h3>
      <div class="tags">
        {addresses.map(address => (
          <ValueButton key={address} surface={surface} path="@network.ip.list" value={address} mono />
        ))}
      </div>
    </section>
  )
}
