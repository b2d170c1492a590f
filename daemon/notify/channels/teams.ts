import { defineChannel } from '../../lib/kinds.ts'
import { post } from '../post.ts'

/** Of a card that may have 28 kB. */
const mostLines = 60
const longestLine = 800

/** A workflow of Microsoft Teams that posts the adaptive card it is sent. Its address is the secret. */
export const teams = defineChannel({
  kind: 'teams',
  label: 'Microsoft Teams',
  target: 'name',
  fields: [
    {
      name: 'url',
      label: 'Workflow address',
      kind: 'url',
      secret: true,
      hint: 'Of the workflow “Send webhook alerts to a channel”',
    },
  ],
  deliver({ title, text }, way) {
    const lines = text.split('\n').slice(0, mostLines)
    const content = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.5',
      body: [run(title, { weight: 'Bolder', size: 'Medium' }), ...lines.filter(line => line.trim() !== '').map(line => run(line))],
    }
    const card = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }
    return post(way, way.secrets['url']!, { type: 'message', attachments: [card] })
  },
})

/** A line as runs of text, in which, unlike in a text block, nothing is markup. */
const run = (text: string, look: Record<string, string> = {}) => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text: text.slice(0, longestLine), ...look }],
})
