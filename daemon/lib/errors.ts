import type { z } from 'zod'

/** One thing wrong with what the caller sent. */
export interface Problem {
  /** Dotted path of the field, or the name of the parameter. */
  field?: string
  message: string
  /** Half-open range of UTF-16 offsets in the text that the field holds. */
  at?: readonly [from: number, to: number]
}

/** Problems of one request that are told, and the longest name of a field: an answer must not outgrow what was sent. */
const mostProblems = 20
const longestField = 200

/** What zod found wrong, as far as it is told. Unknown members are named, each as a problem of its own. */
export const problemsOf = (issues: readonly z.core.$ZodIssue[], prefix: readonly PropertyKey[] = []): (Problem & { field: string })[] =>
  issues
    .slice(0, mostProblems)
    .flatMap(issue => {
      const field = (...more: string[]) => {
        const path = [...prefix, ...issue.path, ...more].map(String).join('.')
        return path.length > longestField ? `${path.slice(0, longestField)}…` : path
      }
      if (issue.code === 'unrecognized_keys')
        return issue.keys.slice(0, mostProblems).map(key => ({ field: field(key), message: 'is not an attribute that is known here' }))
      return [{ field: field(), message: issue.message }]
    })
    .slice(0, mostProblems)

type Status = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 421 | 422 | 426 | 429 | 503 | 504 | 507

/** A failure that the caller can do something about. Anything else is a bug and becomes a 500. */
export class Refusal extends Error {
  readonly status: Status
  /** Stable, snake_case: scripts may switch on it. */
  readonly code: string
  readonly problems: Problem[]
  readonly headers: Record<string, string>
  constructor(
    status: Status,
    code: string,
    message: string,
    { problems = [], headers = {} }: { problems?: Problem[]; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.problems = problems
    this.headers = headers
  }
}
