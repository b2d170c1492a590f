import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Env } from './lib/http.ts'

interface Operation {
  summary?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean; description?: string }[]
  requestBody?: { content?: Record<string, { schema?: unknown }> }
  responses?: Record<string, { description?: string }>
}

const html = (text: string) => text.replace(/[&<>"]/g, letter => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter]!)

const style = `:root{color-scheme:light dark}body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:14px/1.5 system-ui,sans-serif}code,pre{font:12px/1.5 ui-monospace,monospace}
h2{margin-top:2.5rem}details{border-top:1px solid light-dark(#e1e5ea,#242b33);padding:.4rem 0}summary{cursor:pointer}b{display:inline-block;min-width:4rem}table{border-spacing:0 .2rem}td{padding-right:1rem;vertical-align:top}pre{overflow:auto;background:light-dark(#eef0f3,#13171b);padding:.6rem}`

const info = (version: string) => ({
  openapi: '3.1.0',
  info: {
    title: 'Signalbox',
    version,
    description:
      "Datadog's public v2 wire for logs, signals, rules, audit and users, and what it lacks under /api/local. Keys: DD-API-KEY with DD-APPLICATION-KEY, or Authorization: Bearer with an application key.",
  },
  security: [{ apiKeyAuth: [], appKeyAuth: [] }, { bearer: [] }] as Record<string, string[]>[],
})

/** `/openapi.json`, made from the schemas that check the input, and `/docs`, a page of it without a script or anything from elsewhere. */
export function addDocs(app: OpenAPIHono<Env>, version: string): void {
  const registry = app.openAPIRegistry
  registry.registerComponent('securitySchemes', 'apiKeyAuth', { type: 'apiKey', in: 'header', name: 'DD-API-KEY' })
  registry.registerComponent('securitySchemes', 'appKeyAuth', { type: 'apiKey', in: 'header', name: 'DD-APPLICATION-KEY' })
  registry.registerComponent('securitySchemes', 'bouncerKey', { type: 'apiKey', in: 'header', name: 'X-Api-Key' })
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' })
  registry.registerPath({
    method: 'get',
    path: '/api/local/live',
    'x-needs': ['security_monitoring_signals_read'],
    tags: ['Signals'],
    summary: 'Hear of changes, over a WebSocket',
    responses: {
      101: {
        description: 'A WebSocket with the protocols signalbox and bearer.TOKEN: {"type":"signals","ids":[…],"counts":{…}} for each change',
      },
    },
  })
  registry.registerPath({
    method: 'get',
    path: '/api/local/live/logs',
    'x-needs': ['logs_read_data'],
    tags: ['Logs'],
    summary: 'Hear of logs as they come in, over a WebSocket',
    parameters: [{ name: 'query', in: 'query', schema: { type: 'string' }, description: 'Only logs that it finds' }],
    responses: {
      101: {
        description:
          'A WebSocket as /api/local/live: {"type":"logs","data":[…]}, and {"type":"skipped","count":…} where more came than can be sent. It closes with 4400 and the reason where the query is bad, with 4429 where too many run',
      },
    },
  })
  registry.registerPath({
    method: 'get',
    path: '/health',
    'x-needs': 'anybody',
    tags: ['Daemon'],
    summary: 'Ask whether the daemon answers, and for its version',
    security: [],
    responses: { 200: { description: '{"status":"ok","version":"…"}' } },
  })
  let document: ReturnType<typeof app.getOpenAPI31Document> | undefined
  const read = () => (document ??= app.getOpenAPI31Document(info(version)))
  app.get('/openapi.json', c => c.json(read()))
  app.get('/docs', c =>
    c.html(page(read() as unknown as Parameters<typeof page>[0]), 200, {
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    }),
  )
}

function page({
  info,
  paths = {},
}: {
  info: { title: string; version: string; description?: string }
  paths?: Record<string, Record<string, Operation>>
}): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'Other'))].sort()
  const sections = tags.map(
    tag =>
      `<h2>${html(tag)}</h2>${operations
        .filter(({ operation }) => (operation.tags?.[0] ?? 'Other') === tag)
        .map(section)
        .join('')}`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${html(info.title)} API</title><style>${style}</style>
<h1>${html(info.title)} API ${html(info.version)}</h1><p>${html(info.description ?? '')}</p><p>The same for machines: <a href="/openapi.json">openapi.json</a></p>${sections.join('')}</html>`
}

function section({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const parameters = (operation.parameters ?? []).map(
    p => `<tr><td><code>${html(p.name)}</code><td>${html(p.in)}<td>${p.required ? 'needed' : ''}<td>${html(p.description ?? '')}`,
  )
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<p>${html(type)}</p><pre>${html(JSON.stringify(schema, null, 2))}</pre>`,
  )
  const answers = Object.entries(operation.responses ?? {}).map(
    ([status, { description }]) => `<tr><td>${html(status)}<td>${html(description ?? '')}`,
  )
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${html(path)}</code> ${html(operation.summary ?? '')}</summary><table>${parameters.join('')}</table>${bodies.join('')}<table>${answers.join('')}</table></details>`
}
