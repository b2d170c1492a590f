/** Why a data directory cannot be used. */
export type UnusableReason = 'missing' | 'wal' | 'foreign' | 'newer' | 'locked' | 'damaged' | 'unreadable' | 'unsafe'

/** The data directory cannot be used as it is; the message is one or two sentences for people, with what to do. */
export class Unusable extends Error {
  readonly reason: UnusableReason
  constructor(reason: UnusableReason, message: string) {
    super(message)
    this.reason = reason
  }
}
