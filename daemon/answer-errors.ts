import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Refusal } from './lib/errors.ts'

const rules = /^\/api\/v2\/security_monitoring\/rules(\/|$)/
const workflows = '/api/v2/workflows'
/** On Datadog's wire these alone answer in JSON:API's form. */
const inJsonApi = /^\/api\/v2\/(security_monitoring\/signals\/bulk\/|cases(\/|$))/

/** Turns a refusal into the answer that its API has for it, and a bug into a 500 that tells nothing. */
export const answerErrors = (report: (error: unknown) => void) => (error: Error, c: Context) => {
  const refusal = error instanceof Refusal ? error : malformed(error)
  if (!refusal) {
    report(error)
    return c.json(
      {
        errors: c.req.path.startsWith('/api/v2')
          ? ['Internal error']
          : [{ code: 'bug', title: 'Internal error', detail: 'The daemon failed; its log says why' }],
      },
      500,
    )
  }
  for (const [name, value] of Object.entries(refusal.headers)) c.header(name, value)
  // CrowdSec's clients read a message, and nothing where there is no such path or method
  if (c.req.path.startsWith('/v1/'))
    return refusal.code === 'not_found'
      ? c.body(null, refusal.status as ContentfulStatusCode)
      : c.json({ message: refusal.message }, refusal.status as ContentfulStatusCode)
  if (c.req.path.startsWith('/taxii2/'))
    return c.body(
      JSON.stringify({ title: refusal.message, http_status: String(refusal.status), error_code: refusal.code }),
      refusal.status as ContentfulStatusCode,
      { 'content-type': 'application/taxii+json;version=2.1' },
    )
  return c.json(bodyOf(refusal, c.req.path), refusal.status as ContentfulStatusCode)
}

/** Hono refuses some requests by itself. */
function malformed(error: Error): Refusal | undefined {
  const status = error instanceof HTTPException ? error.status : undefined
  return status === 400 || status === 415 ? new Refusal(status, 'malformed', error.message) : undefined
}

function bodyOf(refusal: Refusal, path: string): object {
  const { status, code, message, problems } = refusal
  if (inJsonApi.test(path)) return { errors: jsonApi(refusal).map(error => ({ ...error, status: String(status) })) }
  if (path.startsWith('/api/v2') && code === 'read_only') return { errors: [message] }
  if (path.startsWith('/api/v2') && status === 403)
    return { errors: ['Forbidden', ...(code === 'forbidden' && message !== 'Forbidden' ? [message] : [])] }
  if (path.startsWith(workflows))
    return { errors: jsonApi(refusal).map(error => ({ ...error, ...(status === 400 && { code: 'INVALID_FIELD_VALUE' }) })) }
  if (rules.test(path) && status === 400)
    return {
      error: {
        code: 'InvalidArgument',
        message: 'Invalid rule configuration',
        details: problems.map(({ field, message, at }) => ({ code: 'InvalidArgument', message, target: field ?? '', ...(at && { at }) })),
      },
    }
  if (rules.test(path) && code === 'already_exists') return { error: { code: 'AlreadyExists', message, details: [] } }
  if (!path.startsWith('/api/v2')) return { errors: jsonApi(refusal) }
  if (problems.length === 0 || status !== 400) return { errors: [message] }
  return {
    errors: problems.map(
      ({ field, message, at }) =>
        `input_validation_error(Field '${field ?? ''}' is invalid: ${message}${at ? ` (characters ${at[0]} to ${at[1]})` : ''})`,
    ),
  }
}

function jsonApi({ code, message, problems }: Refusal) {
  if (problems.length === 0) return [{ code, title: message, detail: message }]
  return problems.map(({ field = 'body', message: detail, at }) => ({
    code,
    // of several, each has its own: the message speaks of the first
    title: problems.length === 1 ? message : `${field}: ${detail}`,
    detail,
    source: { [/^[a-z].*\./.test(field) ? 'pointer' : 'parameter']: field, ...(at && { at }) },
  }))
}
