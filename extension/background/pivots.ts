import { browser } from 'wxt/browser'
import { isObject, type JsonObject } from '../../shared/json.ts'
import { printObservable, readObservable } from '../../shared/observable.ts'
import { linksFor, type Pivot, pivotKinds } from '../../shared/pivot.ts'
import type { Protocol } from '../messages.ts'
import type { ListedPivot, PivotProtocol } from '../pivot-messages.ts'
import type { Daemon } from './daemon.ts'
import { object, objects, text, texts } from './read.ts'
import { Refused } from './send.ts'
import { type Stored, unlessStale } from './unchanged.ts'

export type Pivoting = { [T in keyof PivotProtocol]: (asked: Protocol[T][0]) => Promise<Protocol[T][1]> }

const base = '/api/local/pivots'
const placeOf = (name: string) => `${base}/${encodeURIComponent(name)}`

function toPivot(said: JsonObject): ListedPivot {
  const kinds = texts(said['kinds'])
  return {
    name: text(said['name']),
    template: text(said['template']),
    kinds: pivotKinds.filter(kind => kinds.includes(kind)),
    intranet: said['intranet'] === true,
    enabled: said['enabled'] === true,
    builtIn: said['built_in'] === true,
    changed: said['changed'] === true,
  }
}
const pivotOf = ({ name, template, kinds, intranet, enabled }: Pivot): Pivot => ({ name, template, kinds, intranet, enabled })

/** What is asked about links to other sites. Every function throws `Refused` or `Unanswered`. */
export function createPivots({ request }: Pick<Daemon, 'request'>): Pivoting {
  const write = (method: string, path: string, body?: JsonObject) => request(method, path, body, crypto.randomUUID())
  const all = async () => objects((await request('GET', base))['data']).map(one => toPivot(object(one['attributes'])))
  async function stored(name: string): Promise<Stored<Pivot | null>> {
    try {
      const { data } = await request('GET', placeOf(name))
      const said = object(object(data)['attributes'])
      return { stored: isObject(data) ? pivotOf(toPivot(said)) : null, version: said['version'] ?? null }
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return { stored: null, version: null }
      throw error
    }
  }
  async function linksTo(value: string) {
    const read = readObservable(value)
    return read ? linksFor(await all(), read.type, printObservable(read)) : []
  }
  return {
    pivots: async () => ({ pivots: await all() }),
    async putPivot({ before, pivot }) {
      const { name, template, kinds, intranet, enabled } = pivot
      const attributes = { template, kinds: [...kinds], intranet, enabled }
      const { data } = await unlessStale(
        request,
        { type: 'pivot', id: name },
        before && pivotOf(before),
        () => stored(name),
        ({ version }) => write('PUT', placeOf(name), { data: { type: 'pivot', attributes: { ...attributes, version } } }),
      )
      if (!isObject(data)) throw new Refused(0, 'The daemon’s answer is not a link.')
      return toPivot(object(data['attributes']))
    },
    removePivot: ({ name }) => write('DELETE', placeOf(name)),
    pivotLinks: async ({ value }) => ({ links: (await linksTo(value)).map(({ name, host, own }) => ({ name, host, own })) }),
    async openPivot({ name, value }) {
      // asked for anew: whoever switched it off or changed it meanwhile meant it
      const link = (await linksTo(value)).find(one => one.name === name)
      if (!link?.href) throw new Refused(0, `There is no link ${name} for this any more`)
      await browser.tabs.create({ url: link.href })
      return {}
    },
  }
}
