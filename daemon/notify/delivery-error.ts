/** Why a notice was not delivered; the message says so to people. */
export class DeliveryError extends Error {
  /** How long the receiver asks to be left alone, ms. */
  readonly retryAfter: number | undefined
  /** Trying again changes nothing until a person changes something. */
  readonly isFinal: boolean
  constructor(message: string, { retryAfter, isFinal = false }: { retryAfter?: number; isFinal?: boolean } = {}) {
    super(message)
    this.retryAfter = retryAfter
    this.isFinal = isFinal
  }
}
