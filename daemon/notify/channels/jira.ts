import type { JsonObject } from '../../../shared/json.ts'
import { defineChannel } from '../../lib/kinds.ts'
import { post } from '../post.ts'

const longestSummary = 250

/** Creates an issue in Jira Cloud. */
export const jira = defineChannel({
  kind: 'jira',
  label: 'Jira',
  target: 'name',
  fields: [
    { name: 'url', label: 'Site', kind: 'url', place: true, hint: 'Such as https://example.atlassian.net' },
    { name: 'project', label: 'Project key', kind: 'name', hint: 'Such as SEC' },
    { name: 'issue_type', label: 'Issue type', kind: 'text', usual: 'Task' },
    { name: 'user', label: 'Account', kind: 'email', place: true },
    { name: 'token', label: 'API token', kind: 'token', secret: true },
  ],
  deliver({ id, title, text, signals }, way) {
    const { options, secrets } = way
    const basic = Buffer.from(`${options['user']}:${secrets['token']}`).toString('base64')
    const fields = {
      project: { key: options['project']! },
      issuetype: { name: options['issue_type']! },
      summary: title.replace(/\s+/g, ' ').slice(0, longestSummary) || 'A signal',
      description: { type: 'doc', version: 1, content: text.split(/\n{2,}/).flatMap(paragraph) },
      // an issue that came twice is found by its delivery
      labels: ['signalbox', id, ...signals.slice(0, 10).map(one => `signal-${one.id}`)],
    }
    return post(way, new URL('/rest/api/3/issue', options['url']).href, { fields }, { Authorization: `Basic ${basic}` })
  },
})

/** Nodes of text, in which nothing is markup. */
function paragraph(text: string): JsonObject[] {
  const lines = text.split('\n').filter(line => line !== '')
  const content = lines.flatMap((line, i): JsonObject[] => [...(i > 0 ? [{ type: 'hardBreak' }] : []), { type: 'text', text: line }])
  return content.length > 0 ? [{ type: 'paragraph', content }] : []
}
