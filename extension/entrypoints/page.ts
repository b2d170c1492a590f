import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { startPage } from '../page/start.ts'

// Not `defineContentScript`: that tells older copies of itself by an event on the document which carries the extension's id, and any page may listen.
export default defineUnlistedScript(() => startPage())
