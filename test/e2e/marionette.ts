import { connect, type Socket } from 'node:net'

/** What Firefox calls its own wire of WebDriver: `length:JSON` over TCP, `[0, id, command, parameters]` one way, `[1, id, error, result]` back. */
export interface Marionette {
  /** Rejects with the words of Firefox. */
  send<T = unknown>(command: string, parameters?: object): Promise<T>
  close(): void
}

interface Failed {
  error: string
  message: string
}

export async function connectMarionette(port: number): Promise<Marionette> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).once('error', reject)
  })
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let received = Buffer.alloc(0)
  let last = 0
  let greeted: () => void
  const greeting = new Promise<void>(resolve => (greeted = resolve))

  function take(text: string) {
    const message: unknown = JSON.parse(text)
    if (!Array.isArray(message)) return greeted()
    const [, id, failed, result] = message as [1, number, Failed | null, { value?: unknown } | null]
    const { resolve, reject } = waiting.get(id)!
    waiting.delete(id)
    if (failed) reject(new Error(`${failed.error}: ${failed.message}`))
    else resolve(result && 'value' in result ? result.value : result)
  }
  socket.on('data', chunk => {
    received = Buffer.concat([received, chunk])
    for (let colon = received.indexOf(':'); colon > 0; colon = received.indexOf(':')) {
      const end = colon + 1 + Number(received.toString('latin1', 0, colon))
      if (received.length < end) break
      const text = received.toString('utf8', colon + 1, end)
      received = received.subarray(end)
      take(text)
    }
  })
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('Firefox has ended'))
    waiting.clear()
  })
  await greeting
  return {
    send: <T>(command: string, parameters: object = {}) =>
      new Promise<T>((resolve, reject) => {
        const id = ++last
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
        const text = JSON.stringify([0, id, command, parameters])
        socket.write(`${Buffer.byteLength(text)}:${text}`)
      }),
    close: () => socket.destroy(),
  }
}
