import fc from 'fast-check'

/** The parts of JSON Schema that our documents use. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  pattern?: string
  format?: string
}
/** What a document says of how to call an operation. */
export interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
interface Request {
  method: string
  url: string
  body: string | undefined
  headers: Record<string, string>
}

const nasty = fc.constantFrom(
  '',
  ' ',
  '*',
  '(',
  '"',
  '@',
  ':',
  '-',
  'a:(b OR',
  '@a.b:[1 TO 5]',
  'status:high',
  'NOT *',
  '\u0000',
  '\ud800',
  '\u202e',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  '😀'.repeat(50),
  'a'.repeat(9000),
  '('.repeat(3000),
  '1e308',
  '-1',
  'NaN',
  '99999999999999999999',
  'now-15m',
  '2026-01-01T00:00:00Z',
)
const text = fc.oneof({ arbitrary: nasty, weight: 3 }, fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ maxLength: 20 }))
const number = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.integer(),
  fc.double(),
  fc.constantFrom(-1, 0, 2 ** 31, 2 ** 53, 1e300, -1e300, 8.64e15, 8.64e15 + 1),
)
const anything = fc.oneof(text, number, fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 3 }), fc.constant([]), fc.constant({}))

/** Values that a schema allows, and now and then one that it does not. */
function sampleOf(schema: Schema, schemas: Record<string, Schema>, depth = 0): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: right(schema, schemas, depth), weight: 24 }, { arbitrary: anything, weight: 1 })
}

function right(schema: Schema, schemas: Record<string, Schema>, depth: number): fc.Arbitrary<unknown> {
  const inner = (one: Schema) => sampleOf(one, schemas, depth + 1)
  if (depth > 8) return fc.constant(null)
  if (schema.$ref) return right(schemas[schema.$ref.split('/').at(-1)!] ?? {}, schemas, depth)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if ('const' in schema) return fc.constant(schema.const)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map(inner))
  if (schema.allOf) return fc.tuple(...schema.allOf.map(inner)).map(parts => Object.assign({}, ...parts))
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'object':
      return objects(schema, inner)
    case 'array':
      return fc.array(inner(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 4, 4) })
    case 'string':
      return strings(schema)
    case 'integer':
    case 'number':
      return fc.oneof(
        {
          arbitrary: fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? (schema.minimum ?? 0) + 1000, 2 ** 31 - 1) }),
          weight: 4,
        },
        number,
      )
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return anything
  }
}

function strings({ pattern, format, maxLength = 100 }: Schema): fc.Arbitrary<string> {
  if (format === 'email') return fc.emailAddress()
  if (pattern?.includes('[0-9a-f]{64}')) return fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })
  if (pattern?.includes('import:')) return fc.stringMatching(/^import:[\w-]{1,20}$/)
  if (pattern?.includes('{43}')) return fc.stringMatching(/^[\w-]{43}$/)
  return fc.oneof(
    { arbitrary: fc.stringMatching(/^[a-z]{1,8}$/), weight: 3 },
    text.map(value => (value.length > maxLength && value.length < 1000 ? value.slice(0, maxLength) : value)),
  )
}

function objects({ properties = {}, required = [], additionalProperties }: Schema, inner: (schema: Schema) => fc.Arbitrary<unknown>) {
  const known = fc.record(Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, inner(schema)])), {
    requiredKeys: required,
  })
  if (additionalProperties === false || additionalProperties === undefined)
    return fc.oneof(
      { arbitrary: known, weight: 12 },
      fc.tuple(known, text, anything).map(([object, key, value]) => ({ ...object, [key]: value })),
    )
  const free = typeof additionalProperties === 'object' ? inner(additionalProperties) : anything
  return fc.tuple(known, fc.dictionary(text, free, { maxKeys: 3 })).map(([object, more]) => ({ ...more, ...object }))
}

const wellFormed = (value: string) => value.replace(/\p{Surrogate}/gu, '\ufffd')

/** Requests to all operations, by turns: most as the document has them, some not. */
export function requests(
  operations: { path: string; method: string; operation: Operation }[],
  schemas: Record<string, Schema>,
): fc.Arbitrary<Request> {
  const all = operations.map(({ path, method, operation }) => {
    const parameters = (operation.parameters ?? []).filter(({ name }) => !/^dry_run$/.test(name))
    const content = Object.entries(operation.requestBody?.content ?? {})
    const values = fc.record(Object.fromEntries(parameters.map(({ name, schema }) => [name, sampleOf(schema ?? {}, schemas)])), {
      requiredKeys: parameters.filter(({ required }) => required).map(({ name }) => name),
    })
    const body =
      content.length === 0
        ? fc.constant(undefined)
        : fc.constantFrom(...content).chain(([type, { schema }]) =>
            fc.oneof(
              {
                arbitrary: (type === 'text/plain' ? text : sampleOf(schema, schemas).map(value => JSON.stringify(value) ?? '')).map(
                  sent => ({
                    type,
                    sent,
                  }),
                ),
                weight: 12,
              },
              text.map(sent => ({ type, sent })),
            ),
          )
    return fc.record({ values, body, dryRun: fc.boolean() }).map(({ values: given, body: sent, dryRun }) => {
      const at = (place: string) => parameters.filter(parameter => parameter.in === place && Object.hasOwn(given, parameter.name))
      const encode = (value: unknown) =>
        encodeURIComponent(wellFormed(String(typeof value === 'object' ? JSON.stringify(value) : value))).slice(0, 4000)
      const where = path.replace(/\{(\w+)\}/g, (_, name: string) => encode(given[name]).replace(/^\.{1,2}$/, 'x') || 'x')
      const query = at('query').map(({ name }) => `${encodeURIComponent(name)}=${encode(given[name])}`)
      const headers = Object.fromEntries(
        at('header').map(({ name }) => [
          name,
          String(given[name])
            .replace(/[^\x20-\x7e]/g, '')
            .slice(0, 1000),
        ]),
      )
      if (dryRun && method !== 'get') query.push('dry_run=true')
      return {
        method: method.toUpperCase(),
        url: `${where}${query.length > 0 ? `?${query.join('&')}` : ''}`,
        body: sent && wellFormed(sent.sent),
        headers: { ...headers, ...(sent && { 'content-type': sent.type }) },
      }
    })
  })
  return fc.oneof(...all)
}
