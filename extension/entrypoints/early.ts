import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { dressEarly } from '../page/early.ts'
import { own } from '../page/own.ts'

// Before a page of a switched-on site is built; `page.ts` follows once it is. Firefox does not hand the look of a highlight down from the root.
export default defineUnlistedScript({
  exclude: ['firefox'],
  main() {
    own.signalboxEarly ??= dressEarly(document)
  },
})
