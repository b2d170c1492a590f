import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { readSelection } from '../selection/read.ts'

// Injected when somebody asks for it, and gone at once: pages that nobody selects on never load it.
export default defineUnlistedScript(() => readSelection(document))
