import { later } from '../later.tsx'
import { blocking, passing } from './asking.ts'

const BlockDialog = later(async () => (await import('./block-dialog.tsx')).BlockDialog)
const PassDialog = later(async () => (await import('./pass-dialog.tsx')).PassDialog)

/** Over whatever section is open; loaded when first asked for. */
export const RespondDialogs = () => (
  <>
    {blocking.value && <BlockDialog />}
    {passing.value && <PassDialog />}
  </>
)
