import { expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'
import type { Schema } from './schema.ts'

const daemon = await startDaemon()
const { nobody, app } = daemon

interface Operation {
  summary?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>
  security?: Record<string, string[]>[]
  'x-read'?: boolean
}
interface Document {
  openapi: string
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, { type: string }> }
  security: Record<string, string[]>[]
}
const answer = await nobody.get('/openapi.json')
const document = answer.json as Document
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, method, operation })),
)

test('it is OpenAPI 3.1, open to everybody, and names its schemes', () => {
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
  expect(document.openapi).toMatch(/^3\.1\.\d$/)
  expect(document.info.title).toBe('Signalbox')
  const named = new Set(Object.keys(document.components.securitySchemes))
  for (const one of [document.security, ...operations.map(({ operation }) => operation.security ?? [])])
    for (const scheme of one.flatMap(Object.keys)) expect(named).toContain(scheme)
})

test('it lists every route of the app, and no other', () => {
  const shape = (path: string) => path.replace(/:(\w+)/g, '{$1}')
  const routes = app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method.toLowerCase()} ${shape(path)}`)
  const listed = operations.map(({ name }) => name)
  expect([...new Set(routes)].filter(name => !listed.includes(name)).sort()).toEqual(['get /', 'get /docs', 'get /openapi.json'])
  expect(listed.filter(name => !routes.includes(name))).toEqual([])
})

test('every reference leads somewhere', () => {
  const refs = [...answer.text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!.split('/'))
  expect(refs.length).toBeGreaterThan(0)
  for (const path of refs) {
    const found = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document)
    expect(found, path.join('/')).toBeDefined()
  }
})

test.each(operations)('$name: its summary names what it does', ({ operation }) => expect(operation.summary).toMatch(/^[A-Z][a-z]+ \S/))

test.each(operations)('$name: its path parameters are declared, its answers described, its body has a schema', ({ path, operation }) => {
  const declared = (operation.parameters ?? []).filter(parameter => parameter.in === 'path').map(({ name }) => name)
  expect([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).toEqual(declared)
  for (const parameter of operation.parameters ?? []) expect(parameter.schema, parameter.name).toBeDefined()
  expect(Object.keys(operation.responses).length).toBeGreaterThan(0)
  for (const { description } of Object.values(operation.responses)) expect(description).not.toBe('')
  expect(Object.keys(operation.responses).some(status => /^[12]/.test(status))).toBe(true)
  for (const { schema } of Object.values(operation.requestBody?.content ?? {})) expect(schema).toBeDefined()
})

const writes = operations.filter(({ method, operation }) => method !== 'get' && !operation['x-read'])
test.each(writes)('$name takes Idempotency-Key, and dry_run where it can be tried', ({ operation }) => {
  const names = (operation.parameters ?? []).map(({ name }) => name.toLowerCase())
  expect(names).toContain('idempotency-key')
  // a handshake has nothing to try
  if (operation.security?.length !== 0) expect(names).toContain('dry_run')
})

test('/docs has every operation, no script and nothing from elsewhere', async () => {
  const docs = await nobody.get('/docs')
  expect(docs.headers.get('content-type')).toMatch(/^text\/html/)
  for (const { path, method } of operations) expect(docs.text).toContain(`<b>${method.toUpperCase()}</b> <code>${path}</code>`)
  expect(docs.text).not.toMatch(/<script|src=|href="(?!\/openapi\.json")|url\(|@import/)
})
