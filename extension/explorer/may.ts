import { off } from '../ui/off.ts'

export { granted, whyNever, whyNot, whyUnread } from '../ui/may.ts'

/** Whether nothing can be written in a text field: while the daemon is away, and in what was begun before, one goes on; only sending waits. */
export const isFixed = (why: string | undefined, text: string): boolean => why !== undefined && why !== off.value && text === ''
