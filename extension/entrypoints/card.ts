import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { createCard } from '../page/card/index.ts'
import { own } from '../page/own.ts'

// Injected beside the page's script when somebody first looks an address up: pages on which nobody does never load it.
export default defineUnlistedScript(() => {
  own.signalboxCard ??= createCard
})
