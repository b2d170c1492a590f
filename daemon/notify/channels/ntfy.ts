import { rank } from '../../../shared/severity.ts'
import { defineChannel } from '../../lib/kinds.ts'
import { post } from '../post.ts'

const longestTitle = 250
const longestMessage = 3500

/** Published as JSON, so that no text stands in a header. */
export const ntfy = defineChannel({
  kind: 'ntfy',
  label: 'ntfy',
  target: 'name',
  fields: [
    { name: 'url', label: 'Server', kind: 'url', place: true, usual: 'https://ntfy.sh' },
    { name: 'topic', label: 'Topic', kind: 'name', secret: true, hint: 'Whoever knows it may read it, unless the server asks for a token' },
    { name: 'token', label: 'Access token', kind: 'token', secret: true, optional: true },
  ],
  deliver({ title, text, severity }, way) {
    const { options, secrets } = way
    const body = {
      topic: secrets['topic']!,
      title: title.slice(0, longestTitle),
      message: text.slice(0, longestMessage) || title.slice(0, longestTitle),
      priority: rank(severity) + 1,
    }
    const token = secrets['token']
    return post(way, new URL('/', options['url']).href, body, token === undefined ? {} : { Authorization: `Bearer ${token}` })
  },
})
