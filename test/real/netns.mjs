// Runs in a network namespace of its own, as `node netns.mjs SOCKET PORT TARGET`. Connections to 127.0.0.1:PORT are carried to the daemon by
// a socket of the file system, which namespaces share. Each line on standard input is an address to send from: `open` or `dropped` comes back.
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'

const [socket, port, target] = process.argv.slice(2)
createServer(client => {
  const daemon = connect(socket)
  for (const [a, b] of [
    [client, daemon],
    [daemon, client],
  ]) {
    a.pipe(b)
    a.on('error', () => b.destroy())
  }
}).listen(Number(port), '127.0.0.1')
// who has connected hangs up at once
const server = createServer(client => client.on('error', () => {}))
server.listen(0, target, () => console.log('ready'))

const send = from =>
  new Promise(resolve => {
    const probe = connect({ host: target, port: server.address().port, localAddress: from })
    const end = word => {
      probe.destroy()
      resolve(word)
    }
    probe.setTimeout(400, () => end('dropped'))
    probe.on('connect', () => end('open'))
    probe.on('error', error => end(error.code))
  })
for await (const from of createInterface({ input: process.stdin })) console.log(await send(from))
