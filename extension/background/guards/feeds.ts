import { intentions } from '../../../shared/indicator.ts'
import { type AuthType, authTypes, type FeedProtocol, mostObservables, type NewFeed, vias } from '../../feed-messages.ts'
import { flag, type Guard, type GuardsOf, isPlain, list, number, oneOf, shape, text, whole } from '../guard.ts'
import { file, id, nothing, observable, secret } from './parts.ts'

const column: Guard<string | number> = (value): value is string | number => text(200)(value) || (whole(1000)(value) && value > 0)
const columns: Guard<Record<string, string | number>> = (value): value is Record<string, string | number> =>
  isPlain(value) && Object.entries(value).length <= 30 && Object.entries(value).every(([key, of]) => /^\w{1,50}$/.test(key) && column(of))
type MustFeed = 'name' | 'format' | 'category' | 'intention'
const newFeed = shape<Pick<NewFeed, MustFeed>, Required<Omit<NewFeed, MustFeed>>>(
  { name: text(100), format: text(50), category: text(50), intention: oneOf(intentions) },
  {
    ...{ licence: text(200), knownGood: flag, url: text(2000), hours: number(0.25, 24), columns, via: oneOf(vias) },
    auth: shape<{ type: AuthType }, { name: string }>({ type: oneOf(authTypes) }, { name: text(100) }),
  },
)

export const feedGuards: GuardsOf<FeedProtocol> = {
  feeds: nothing,
  openFeeds: nothing,
  enableOpenFeed: shape({ id }),
  addFeed: shape({ feed: newFeed }, { content: file, secret }),
  setFeedSecret: shape({ id, secret: (value): value is string | null => value === null || secret(value) }),
  importBundle: shape({ content: file, dryRun: flag }, { force: flag }),
  fillFeed: shape({ id, content: file }, { force: flag }),
  switchFeed: shape({ id, on: flag }),
  refreshFeed: shape({ id }, { force: flag }),
  removeFeed: shape({ id }),
  indicator: shape({ value: observable }),
  observables: shape({ values: list(text(2048), 1, mostObservables) }),
}
