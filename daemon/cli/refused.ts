/** There is no daemon to talk to, or no key to do it with; the message says what to do. */
export class NoDaemon extends Error {}

/** One thing that the daemon found wrong. */
export interface Fault {
  field?: string
  message: string
  /** Half-open range of UTF-16 offsets in what the field holds. */
  at?: readonly [number, number]
}

/** The daemon said no. */
export class Refused extends Error {
  readonly status: number
  readonly faults: Fault[]
  /** Seconds after which it may be asked again; 0 where it did not say. */
  readonly retryAfter: number
  constructor(status: number, body: unknown, retryAfter = 0) {
    const faults = faultsOf(body)
    super(sentenceOf(status, faults))
    this.status = status
    this.faults = faults
    this.retryAfter = retryAfter
  }
}

interface Body {
  errors?: (string | { title?: string; detail?: string; source?: { parameter?: string; pointer?: string; at?: [number, number] } })[]
  error?: { message?: string; details?: { message: string; target?: string; at?: [number, number] }[] }
}

/** The three forms of a refusal: Datadog's strings, Datadog's rules, and the daemon's own. */
function faultsOf(body: unknown): Fault[] {
  const { errors, error } = (typeof body === 'object' && body !== null ? body : {}) as Body
  if (error?.details) return error.details.map(({ message, target, at }) => fault(message, target, at))
  if (!Array.isArray(errors)) return []
  return errors.map(one => {
    if (typeof one === 'string') return inputFault(one) ?? fault(one, undefined, undefined)
    const { title = '', detail = title, source } = one
    const field = source?.parameter ?? source?.pointer
    // the title says it all unless it is that of several problems
    return fault(errors.length === 1 && title !== '' ? title : detail, field, source?.at)
  })
}

/** What Datadog's wire packs into one string: `input_validation_error(Field 'a.b' is invalid: must be … (characters 1 to 3))`. */
function inputFault(text: string): Fault | undefined {
  const [, field, message, from, to] =
    /^input_validation_error\(Field '([^']*)' is invalid: (.*?)(?: \(characters (\d+) to (\d+)\))?\)$/s.exec(text) ?? []
  if (field === undefined || message === undefined) return undefined
  return fault(field === '' ? message : `${field}: ${message}`, undefined, from === undefined ? undefined : [Number(from), Number(to)])
}

const fault = (message: string, field: string | undefined, at: [number, number] | undefined): Fault => ({
  message,
  ...(field !== undefined && field !== '' && { field }),
  ...(at && { at }),
})

/** People know `data.attributes.name` as the name. */
const named = (text: string) => text.replace(/^data\.(?:\d+\.)?(?:attributes\.)?(?=[\w.]+: )/, '')

function sentenceOf(status: number, faults: Fault[]): string {
  const said = faults.filter(({ message }) => message !== 'Forbidden')
  if (status === 401 || (status === 403 && said.length === 0))
    return 'The daemon refuses these keys. They come from SIGNALBOX_API_KEY and SIGNALBOX_APP_KEY, else from keys.json in the data directory.'
  if (said.length === 0) return `The daemon answers ${status} without a reason. Does Signalbox run at this address?`
  return said.map(({ field, message }) => named(field === undefined || said.length === 1 ? message : `${field}: ${message}`)).join('\n')
}
