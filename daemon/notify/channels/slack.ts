import { defineChannel } from '../../lib/kinds.ts'
import { post } from '../post.ts'

const longestTitle = 250
const longestText = 2900

/** An incoming webhook of Slack. Its address is the secret. */
export const slack = defineChannel({
  kind: 'slack',
  label: 'Slack',
  target: 'name',
  fields: [
    {
      name: 'url',
      label: 'Webhook address',
      kind: 'url',
      secret: true,
      hint: 'https://hooks.slack.com/services/…, of an incoming webhook',
    },
  ],
  // what is between < and > is a link or rings; a word joiner takes the meaning from those that ring by their name
  escape: given =>
    given
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replace(/@(?=channel|here|everyone)/gi, '@\u2060'),
  deliver({ title, text }, way) {
    // verbatim: neither addresses nor names become links
    const section = (words: string) => ({ type: 'section', text: { type: 'mrkdwn', text: words, verbatim: true } })
    return post(way, way.secrets['url']!, {
      text: title,
      blocks: [section(cut(title, longestTitle)), ...(text.trim() === '' ? [] : [section(cut(text, longestText))])],
      unfurl_links: false,
      unfurl_media: false,
    })
  },
})

/** As much as Slack takes, and no half of an escaped character. */
const cut = (text: string, most: number) => (text.length <= most ? text : `${text.slice(0, most).replace(/&[a-z]{0,3}$/, '')}…`)
