import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { readPage } from '../selection/read.ts'

// Injected when somebody asks for it, and gone at once, as the selection's.
export default defineUnlistedScript(() => readPage(document))
