import { Refusal } from './errors.ts'

/** How far the clocks of two machines may differ, ms. */
const leeway = 5 * 60_000

/** Refuse (400) times of what has happened that lie in the future, each by its name below `data.attributes`. Null is no time. */
export function checkPast(times: Readonly<Record<string, number | null | undefined>>, now: number): void {
  const problems = Object.entries(times)
    .filter(([, time]) => typeof time === 'number' && time > now + leeway)
    .map(([name]) => ({ field: `data.attributes.${name}`, message: 'lies in the future' }))
  if (problems.length > 0) throw new Refusal(400, 'invalid', `${problems[0]!.field} ${problems[0]!.message}`, { problems })
}
