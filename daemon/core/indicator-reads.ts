import type { Ioc, IocListing, IocTriage } from '../../shared/ioc.ts'
import type { createGate } from '../engine/gate.ts'
import { createEnough, createPatience, usualPatience } from '../engine/patience.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { contextOf, type Indicators, type IocContext } from './indicators.ts'
import type { LogSearch } from './log-search.ts'

interface Needs {
  indicators: Indicators
  search: LogSearch['search']
  gate: ReturnType<typeof createGate>
}

/** Questions about indicators, which end as searches do. */
export const createIndicatorReads = ({ indicators, search, gate }: Needs) => ({
  /** Indicators that logs of the last 30 days matched. */
  listIndicators(only: Restrictions, asked: IocListing, ms = usualPatience, signal?: AbortSignal) {
    const check = createPatience(ms, signal)
    return gate(() => indicators.list(only, asked, { check, enough: createEnough(ms) }), signal)
  },
  /** One of them, with where its logs are from and who has looked at it, the latest first. */
  getIndicator(
    only: Restrictions,
    indicator: string,
    ocsf: boolean,
    history: { limit: number; offset: number },
    ms = usualPatience,
    signal?: AbortSignal,
  ) {
    const check = createPatience(ms, signal)
    return gate(async (): Promise<{ ioc: Ioc; context: IocContext; history: IocTriage[] }> => {
      const ioc = await indicators.get(only, indicator, ocsf, { check, enough: createEnough(ms) })
      const context = await contextOf(asked => search({ ...asked, only: only.logs }, check), ioc)
      return { ioc, context, history: indicators.history(indicator, history.limit, history.offset) }
    }, signal)
  },
})
