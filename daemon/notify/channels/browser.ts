import { defineChannel } from '../../lib/kinds.ts'

/** A notification of the browser, shown by the extension where it is connected and allowed. */
export const browser = defineChannel({
  kind: 'browser',
  label: 'Browser',
  target: 'kind',
  builtIn: true,
  fields: [],
  deliver: async (message, { toBrowsers }) => toBrowsers(message),
})
