import { whyNot } from '../../ui/may.ts'
import { createLoad } from '../load.ts'

/** What the parts of the settings about notifications share. */
export const rules = createLoad('notifyRules')
export const channels = createLoad('channels')
export const letters = createLoad('deadLetters')

export const barredFromReading = () => whyNot('security_monitoring_notification_profiles_read')
export const barredFromWriting = () => whyNot('security_monitoring_notification_profiles_write')
const whereAllowed = (load: () => Promise<void>) => async () => {
  if (barredFromReading() === undefined) await load()
}
export const reloadChannels = whereAllowed(() => channels.load({}))
export const reloadLetters = whereAllowed(() => letters.load({}))
export const reloadRules = whereAllowed(async () => void (await Promise.all([rules.load({}), channels.load({})])))

/** Whom a rule can name: channels that are on, and what is there without one. */
export function knownTargets(): string[] {
  const { channels: all = [], kinds = [] } = channels.value.value ?? {}
  const named = all.filter(({ enabled, kind }) => enabled && kinds.some(one => one.kind === kind && one.target === 'name'))
  return [...kinds.filter(({ target }) => target === 'kind').map(({ kind }) => `@${kind}`), ...named.map(({ target }) => target)]
}

const spans: [seconds: number, word: string][] = [
  [0, 'Each signal by itself'],
  [300, 'All of 5 minutes at once'],
  [900, 'All of 15 minutes at once'],
  [3600, 'All of an hour at once'],
  [21_600, 'All of 6 hours at once'],
  [86_400, 'All of a day at once'],
]
/** How long signals are gathered, with a span that a script has set. */
export const spansWith = (seconds: number) =>
  spans.some(([one]) => one === seconds) ? spans : [...spans, [seconds, `All of ${seconds} s at once`] as [number, string]]
