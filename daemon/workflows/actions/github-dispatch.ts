import { z } from 'zod'
import { parseDuration } from '../../../shared/time.ts'
import { defineWorkflowAction } from '../../lib/kinds.ts'
import { duration } from '../duration.ts'
import { ask } from '../request.ts'

/** GitHub begins a run of its own and answers 204; with `wait_for_answer` its workflow gets an input `callback_url`, which a runner here can reach. */
export const githubDispatch = defineWorkflowAction({
  id: 'github_dispatch',
  title: 'Run a workflow of GitHub Actions',
  needs: ['workflows_write'],
  address: 'api_url',
  parameters: z.strictObject({
    repository: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'must be owner/name'),
    workflow: z.string().regex(/^[\w.-]{1,200}$/, 'must be the file name or id of a workflow'),
    ref: z.string().min(1).max(250).default('main'),
    inputs: z.record(z.string().regex(/^[\w-]{1,100}$/), z.string().max(65_535)).default({}),
    // the name of a secret: a token that may write actions
    token: z.string().min(1).max(64),
    wait_for_answer: z.boolean().default(false),
    answer_within: duration('1m', '24h').default('1h'),
    api_url: z.string().max(2048).default('https://api.github.com'),
  }),
  answerWithin: ({ wait_for_answer: waits, answer_within: within }) => (waits ? parseDuration(within) : undefined),
  async outside({ repository, workflow, ref, inputs, token, api_url: api }, { request, secret, callback, ended }) {
    const url = `${api.replace(/\/+$/, '')}/repos/${repository}/actions/workflows/${workflow}/dispatches`
    const body = JSON.stringify({ ref, inputs: { ...inputs, ...(callback && { callback_url: callback.url }) } })
    const headers = {
      'Content-Type': 'application/json',
      Accept: 'application/vnd.github+json',
      Authorization: `Bearer ${secret(token, url)}`,
    }
    const { status } = await ask(request, url, { method: 'POST', headers, body, timeout: 30_000, signal: ended })
    return { status: status ?? null }
  },
})
