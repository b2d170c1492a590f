import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { JsonObject } from '../../shared/json.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, route } from '../lib/http.ts'
import { uuidOf } from '../lib/uuid.ts'
import { type BouncerWith, bouncersOnly } from './puller.ts'
import { type PublishedAsked, type PublishedPage, readStamp, type Shares, stampOf } from './taxii.ts'

export interface TaxiiNeeds {
  bouncerWith: BouncerWith
  published(asked: PublishedAsked): Promise<PublishedPage>
  /** What of blocks is published. */
  shares(): Shares
}

const media = 'application/taxii+json;version=2.1'
const objectMedia = 'application/stix+json;version=2.1'
const root = '/taxii2/signalbox/'
/** Objects of a page, where nobody asks for fewer. */
const most = 1000

/** Their ids are for good: readers keep their place by them. */
const collections = [
  {
    name: 'blocks',
    id: uuidOf('taxii blocks'),
    title: 'Blocked',
    description: 'Addresses and ranges that are kept out, users where that is set; those that no more are, for a week, as revoked',
  },
  {
    name: 'indicators',
    id: uuidOf('taxii indicators'),
    title: 'Confirmed indicators',
    description: 'Indicators that stood in logs and that somebody has reviewed; taken back, they are revoked',
  },
] as const
const resourceOf = ({ id, title, description, name }: (typeof collections)[number]) => ({
  ...{ id, title, description, alias: name, can_read: true, can_write: false, media_types: [objectMedia] },
})

const shared = {
  tags: ['Publishing'],
  'x-needs': 'bouncer' as const,
  security: [{ bouncerKey: [] }],
  method: 'get' as const,
}
const answer = (description: string) => ({
  200: { description, content: { [media]: { schema: z.looseObject({}) } } },
  406: { description: 'Nothing but TAXII 2.1 is spoken here' },
})
const params = z.object({ collection: z.string().max(64) })
const objectParams = params.extend({ object: z.string().max(128) })
const wanted = z.looseObject({
  added_after: z.string().max(40).optional(),
  limit: z.string().max(10).optional(),
  next: z.string().max(20).optional(),
  'match[id]': z.string().max(40_000).optional(),
  'match[type]': z.string().max(1000).optional(),
  'match[version]': z.string().max(1000).optional(),
  'match[spec_version]': z.string().max(100).optional(),
})

/** TAXII 2.1, to be read alone: what is blocked and what is confirmed, for whoever has a key to it. */
export function taxiiRoutes({ bouncerWith, published, shares }: TaxiiNeeds) {
  const router = createRouter()
  const unknown = () =>
    new Refusal(401, 'unauthorized', 'A publishing key is needed, as the password', {
      headers: { 'www-authenticate': 'Basic realm="Signalbox"' },
    })
  router.use('/taxii2/*', bouncersOnly(bouncerWith, 'taxii', unknown) as never)
  router.use('/taxii2/*', acceptable)

  const reply = (c: Context, body: object) => c.body(JSON.stringify(body), 200, { 'content-type': media }) as never
  const collectionOf = (id: string) => {
    const found = collections.find(one => one.id === id || one.name === id)
    if (!found) throw new Refusal(404, 'not_found', `There is no collection ${id}`)
    return found
  }
  async function page(c: Context, id: string, query: z.output<typeof wanted>, object?: string) {
    const asked = askedOf(query, object)
    const { name } = collectionOf(id)
    const found = asked ? await published({ collection: name, ...asked, shares: shares() }) : { objects: [], more: false }
    const [first, last] = [found.objects[0], found.objects.at(-1)]
    if (object !== undefined && !first && asked?.after === 0) throw new Refusal(404, 'not_found', `There is no object ${object}`)
    if (first) c.header('x-taxii-date-added-first', stampOf(first.added))
    if (last) c.header('x-taxii-date-added-last', stampOf(last.added))
    return { ...found, envelope: { ...(found.more && { more: true, next: String(last!.added) }) } }
  }
  const objectsOf = ({ objects, envelope }: Awaited<ReturnType<typeof page>>) => ({
    ...envelope,
    ...(objects.length > 0 && { objects: objects.map(({ object }) => object) }),
  })
  const record = ({ added, object }: PublishedPage['objects'][number]): JsonObject => ({
    ...{ id: object['id']!, date_added: stampOf(added), version: object['modified']!, media_type: objectMedia },
  })

  const routes = router
    .openapi(route({ ...shared, path: '/taxii2/', summary: 'Discover the API roots', responses: answer('The one that there is') }), c => {
      const url = new URL(root, c.req.url).href
      return reply(c, { title: 'Signalbox', description: 'What this Signalbox publishes', default: url, api_roots: [url] })
    })
    .openapi(route({ ...shared, path: root, summary: 'Get the API root', responses: answer('What it speaks') }), c =>
      reply(c, { title: 'Signalbox', versions: [media], max_content_length: 0 }),
    )
    .openapi(route({ ...shared, path: `${root}collections/`, summary: 'List the collections', responses: answer('To be read alone') }), c =>
      reply(c, { collections: collections.map(resourceOf) }),
    )
    .openapi(
      route({
        ...shared,
        path: `${root}collections/{collection}/`,
        summary: 'Get a collection',
        request: { params },
        responses: answer('It'),
      }),
      c => reply(c, resourceOf(collectionOf(c.req.valid('param').collection))),
    )
    .openapi(
      route({
        ...shared,
        path: `${root}collections/{collection}/objects/`,
        summary: 'Get the objects of a collection',
        request: { params, query: wanted },
        responses: answer('STIX 2.1, in the order in which they were added'),
      }),
      async c => reply(c, objectsOf(await page(c, c.req.valid('param').collection, c.req.valid('query')))),
    )
    .openapi(
      route({
        ...shared,
        path: `${root}collections/{collection}/manifest/`,
        summary: 'Get when the objects of a collection were added',
        request: { params, query: wanted },
        responses: answer('Without the objects'),
      }),
      async c => {
        const { objects, envelope } = await page(c, c.req.valid('param').collection, c.req.valid('query'))
        return reply(c, { ...envelope, ...(objects.length > 0 && { objects: objects.map(record) }) })
      },
    )
    .openapi(
      route({
        ...shared,
        path: `${root}collections/{collection}/objects/{object}/`,
        summary: 'Get an object of a collection',
        request: { params: objectParams, query: wanted },
        responses: answer('Its latest version'),
      }),
      async c => {
        const { collection, object } = c.req.valid('param')
        return reply(c, objectsOf(await page(c, collection, c.req.valid('query'), object)))
      },
    )
    .openapi(
      route({
        ...shared,
        path: `${root}collections/{collection}/objects/{object}/versions/`,
        summary: 'List the versions of an object',
        request: { params: objectParams, query: wanted },
        responses: answer('The latest, which is the only one that is kept'),
      }),
      async c => {
        const { collection, object } = c.req.valid('param')
        const { objects, envelope } = await page(c, collection, c.req.valid('query'), object)
        return reply(c, { ...envelope, versions: objects.map(({ object }) => object['modified']) })
      },
    )
  routes.all(`${root}collections/:collection/objects/*`, () => {
    throw new Refusal(403, 'forbidden', 'Collections are read here, and nothing else')
  })
  return routes
}

const wrong = (field: string, message: string) => new Refusal(400, 'invalid', `${field} ${message}`, { problems: [{ field, message }] })
const words = (text: string | undefined) => text?.split(',').map(word => word.trim())

/** What is asked for; undefined where nothing can be of that kind. */
function askedOf(query: z.output<typeof wanted>, object: string | undefined): Omit<PublishedAsked, 'collection' | 'shares'> | undefined {
  const { added_after: since, limit: size, next } = query
  const added = since === undefined ? 0 : readStamp(since)
  if (added === undefined) throw wrong('added_after', 'must be a time such as 2026-03-14T12:00:00.000000Z')
  const limit = size === undefined ? most : Number(size)
  if (!Number.isInteger(limit) || limit < 1) throw wrong('limit', 'must be a whole number from 1 on')
  if (next !== undefined && !/^\d{1,16}$/.test(next)) throw wrong('next', 'is none that was given here')
  const isNone = (name: 'match[type]' | 'match[spec_version]', value: string) => words(query[name])?.includes(value) === false
  if (isNone('match[type]', 'indicator') || isNone('match[spec_version]', '2.1')) return undefined
  const ids = object === undefined ? words(query['match[id]']) : [object]
  const versions = words(query['match[version]'])?.filter(word => !['last', 'first', 'all'].includes(word))
  return {
    after: Math.max(added, Number(next ?? 0)),
    limit: Math.min(limit, most),
    ...(ids && { ids }),
    ...(versions && versions.length > 0 && { versions }),
  }
}

/** Refuses who wants anything but TAXII 2.1. */
const acceptable = createMiddleware(async (c, next) => {
  const accepted = (c.req.header('accept') ?? '*/*').split(',').map(one => one.replace(/\s/g, '').toLowerCase())
  const fits = (one: string) => {
    const [type, ...parameters] = one.split(';')
    const version = parameters.find(parameter => parameter.startsWith('version='))
    return type === '*/*' || type === 'application/*' || (type === 'application/taxii+json' && (!version || version === 'version=2.1'))
  }
  if (accepted.some(fits)) return next()
  return c.body(JSON.stringify({ title: 'Nothing but TAXII 2.1 is spoken here', http_status: '406' }), 406, { 'content-type': media })
})
