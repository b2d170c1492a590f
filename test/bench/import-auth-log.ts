import { startDaemon } from './start-daemon.ts'
import { type Took, timed } from './timed.ts'

export interface Imported extends Took {
  /** Seconds of processor time of each program; `cpu` is their sum. */
  of: { daemon: number; import: number }
  signals: { ip: string; title: string }[]
}

/** What stands in an explorer's row of a signal. */
interface Page {
  data: { attributes: { custom: { title: string }; x_local: { ip: string | null } } }[]
  meta: { page: { after?: string } }
}

/** From the start of a daemon on an empty `dir`, with the default rules, until all lines of a file are imported and judged. */
export async function importAuthLog(dir: string, file: string): Promise<Imported> {
  const began = performance.now()
  const daemon = await startDaemon(dir)
  try {
    const { program, env } = daemon.command
    const command = await timed(process.execPath, [program, 'import', file], env)
    await judged()
    const wall = (performance.now() - began) / 1000
    const { cpu } = await daemon.watch('read')
    return { wall, cpu: cpu + command.cpu, of: { daemon: cpu, import: command.cpu }, signals: await signals() }
  } finally {
    await daemon.stop()
  }

  async function judged(): Promise<void> {
    for (;;) {
      const { data } = (await daemon.get('/api/local/status')) as { data: { attributes: { last_log_seq: number; judged: number } } }
      if (data.attributes.judged >= data.attributes.last_log_seq) return
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  async function signals(): Promise<Imported['signals']> {
    const all: Imported['signals'] = []
    let cursor: string | undefined
    do {
      const asked = { track: 'signals', from: 0, limit: 1000, ...(cursor !== undefined && { cursor }) }
      const { data, meta } = (await daemon.post('/api/local/explorer', asked)) as Page
      all.push(
        ...data.map(
          ({
            attributes: {
              custom,
              x_local: { ip },
            },
          }) => ({ ip: ip ?? '', title: custom.title }),
        ),
      )
      cursor = meta.page.after
    } while (cursor !== undefined)
    return all
  }
}
