/** What a caller shows; what is not there is not sent. */
export interface Keys {
  apiKey?: string | undefined
  applicationKey?: string | undefined
  bearer?: string | undefined
}

export interface Ask {
  /** Sent as JSON, or as it is where it is a text or bytes. */
  body?: unknown
  headers?: Record<string, string>
}

/** An answer with its body read. */
export interface Answer {
  status: number
  headers: Headers
  text: string
  /** The body as JSON; undefined where it is none. */
  json: unknown
  /** What stands at a dotted path of the JSON body, or undefined. */
  at(path: string): unknown
  /** The same of a list: what stands at `path` in each of its items. */
  each(list: string, path: string): unknown[]
}

export type Caller = ReturnType<typeof createCaller>

/** Calls a daemon as somebody: `fetch` may be a real one or an app's own. */
export function createCaller(send: (url: string, init: RequestInit) => Promise<Response>, origin: string, keys: Keys = {}) {
  const shown = {
    host: new URL(origin).host,
    ...(keys.apiKey !== undefined && { 'dd-api-key': keys.apiKey }),
    ...(keys.applicationKey !== undefined && { 'dd-application-key': keys.applicationKey }),
    ...(keys.bearer !== undefined && { authorization: `Bearer ${keys.bearer}` }),
  }
  const request =
    (method: string) =>
    async (path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
      const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
      const response = await send(`${origin}${path}`, {
        method,
        headers: { ...shown, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
      })
      return answerOf(response.status, response.headers, await response.text())
    }
  return {
    request: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => request(method)(path, body, headers),
    get: (path: string, headers?: Record<string, string>) => request('GET')(path, undefined, headers),
    post: request('POST'),
    put: request('PUT'),
    patch: request('PATCH'),
    delete: request('DELETE'),
  }
}

function answerOf(status: number, headers: Headers, text: string): Answer {
  const json = read(text)
  return {
    status,
    headers,
    text,
    json,
    at: path => at(json, path),
    each: (list, path) => {
      const items = at(json, list)
      return Array.isArray(items) ? items.map(item => at(item, path)) : []
    },
  }
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What stands at a dotted path, or undefined. */
export const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce((inner, key) => (inner as Record<string, unknown> | null | undefined)?.[key], value)

/** What stands at `path` of everything that a search finds, page after page. */
export async function allOf(caller: Caller, track: string, query: string, path: string): Promise<unknown[]> {
  const found: unknown[] = []
  let cursor: unknown
  do {
    const page = await caller.post('/api/local/explorer', { track, query, from: 0, limit: 1000, ...(cursor !== undefined && { cursor }) })
    if (page.status !== 200) throw new Error(`${page.status}: ${page.text}`)
    found.push(...page.each('data', path))
    cursor = page.at('meta.page.after')
  } while (cursor !== undefined)
  return found
}
