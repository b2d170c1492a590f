import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { dressEarly } from '../page/early.ts'
import { own } from '../page/own.ts'

// Before a page of a switched-on site is built; `page.ts` follows once it is. Firefox asks elements about a rule again only where it has to.
export default defineUnlistedScript({
  exclude: ['firefox'],
  main() {
    own.signalboxEarly ??= dressEarly(document)
  },
})
