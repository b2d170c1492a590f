import type { LogFormat } from '../../lib/kinds.ts'
import { access } from './access.ts'
import { apacheError } from './apache-error.ts'
import { datadog } from './datadog.ts'
import { logfmt } from './logfmt.ts'
import { nginxError } from './nginx-error.ts'
import { plain } from './plain.ts'
import { rfc3164 } from './rfc3164.ts'
import { rfc5424 } from './rfc5424.ts'

/** Asked in this order; `plain` takes whatever is left. */
export const logFormats: LogFormat[] = [datadog, rfc5424, rfc3164, access, apacheError, nginxError, logfmt, plain]
