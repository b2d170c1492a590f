import { printAddress, readAddress } from '../../shared/ip.ts'
import { type JsonObject, put, set } from '../../shared/json.ts'

/** Take a client as a log names it: an address in its one form, or a host name, which DNS and so the attacker may have chosen. */
export function putClient(attributes: JsonObject, client: string, port?: string | number): void {
  const address = readAddress(client)
  if (address) set(attributes, ['network', 'client', 'ip'], printAddress(address))
  else if (/^[\w][\w.-]*$/.test(client) && client !== 'UNKNOWN') set(attributes, ['network', 'client', 'hostname'], client)
  else return
  if (port !== undefined && Number(port) <= 65535) set(attributes, ['network', 'client', 'port'], Number(port))
}

const requestForm = /^([A-Za-z][\w-]{0,31}) (\S.*?)(?: HTTP\/(\d(?:\.\d)?))?$/s

/** `GET /path?a=1 HTTP/1.1` into http.method, http.url, http.url_details and http.version. What is no request sets nothing. */
export function putRequest(http: JsonObject, request: string): void {
  const match = requestForm.exec(request)
  if (!match) return
  const [, method, url, version] = match
  http['method'] = method!
  http['url'] = url!
  http['url_details'] = urlDetails(url!)
  if (version !== undefined) http['version'] = version
}

const absolute = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d{1,5}))?(?=[/?#]|$)/i

/** The parts of a URL by Datadog's names. Nothing is decoded here: `decodedUrl` puts that beside it. */
function urlDetails(url: string): JsonObject {
  const details: JsonObject = {}
  const origin = absolute.exec(url)
  if (origin) {
    details['scheme'] = origin[1]!.toLowerCase()
    details['host'] = origin[2]!
    if (origin[3] !== undefined) details['port'] = Number(origin[3])
  }
  const local = origin ? url.slice(origin[0].length) : url
  const mark = local.indexOf('?')
  details['path'] = mark < 0 ? local : local.slice(0, mark)
  if (mark >= 0 && mark < local.length - 1) details['queryString'] = queryOf(local.slice(mark + 1))
  return details
}

// More parameters than this are somebody's attack; http.url still has them all.
const maxParameters = 200

function queryOf(query: string): JsonObject {
  const values: JsonObject = {}
  for (const pair of query.split('&', maxParameters)) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const key = equals < 0 ? pair : pair.slice(0, equals)
    const value = equals < 0 ? '' : pair.slice(equals + 1)
    const former = Object.hasOwn(values, key) ? values[key]! : undefined
    if (former === undefined) put(values, key, value)
    else if (Array.isArray(former)) former.push(value)
    else put(values, key, [former, value])
  }
  return values
}
