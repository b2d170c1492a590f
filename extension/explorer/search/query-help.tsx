import { CircleQuestionMark } from 'lucide'
import { QueryText } from '../../ui/query-text.tsx'
import { Popover } from './popover.tsx'

const examples: readonly [string, string][] = [
  ['failed password', 'both words, in message, title or error'],
  ['"failed password"', 'the words in a row'],
  ['service:sshd', 'a reserved field or a tag'],
  ['@http.status_code:404', 'an attribute; capitals count'],
  ['status:(error OR warn)', 'one of several'],
  ['-env:staging', 'not; NOT and ! say the same'],
  ['@usr.id:adm*', 'any ending; ? is one character'],
  ['@duration:>=500', 'compare, or @a:[400 TO 499]'],
  ['@usr.id:*', 'has a value; -@usr.id:* has none'],
  ['CIDR(@network.client.ip, 10.0.0.0/8)', 'an address in a block'],
  ['ANYCASE(@usr.name, Admin)', 'whatever the case'],
  ['REGEX(@http.url, "/v[0-9]+/")', 'an expression'],
  ['*:error', 'in any field'],
]

/** The syntax, by what people look for. */
export const QueryHelp = () => (
  <Popover label="Query help" icon={CircleQuestionMark} small left class="query-help">
    {() => (
      <>
        <h3>Queries</h3>
        <dl>
          {examples.map(([query, means]) => (
            <div key={query}>
              <dt>
                <QueryText text={query} />
              </dt>
              <dd>{means}</dd>
            </div>
          ))}
        </dl>
        <p class="weak">
          Words side by side all have to hold. As text, write <code>\</code> before a sign. Tab completes, arrows choose.
        </p>
      </>
    )}
  </Popover>
)
