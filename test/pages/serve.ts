import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A site of one page, which it answers whatever is asked for. */
export async function servePage(type: string, body: string): Promise<{ origin: string; close(): void }> {
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': type }).end(body))
  server.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
