import { defineMethod } from '../../lib/kinds.ts'
import { createCounter } from '../counter.ts'

/** Alerts that something else raised: each new value of a root query's fields is a signal, which takes what comes within a day. */
export const thirdParty = defineMethod({
  name: 'third_party',
  aggregations: ['count'],
  window: () => 0,
  check({ options }, wrong) {
    if (!options.thirdPartyRuleOptions) wrong('options.thirdPartyRuleOptions', 'must name at least one root query')
  },
  prepare: plan => room => createCounter(plan, room),
})
