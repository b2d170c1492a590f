// Loaded into a daemon, main thread and worker: its clock is ahead by as many milliseconds as a file says.
import { readFileSync } from 'node:fs'

const [now, file] = [Date.now, process.env.SIGNALBOX_TEST_CLOCK]
let ahead = 0
Date.now = () => now() + ahead
setInterval(() => {
  ahead = Number(readFileSync(file, 'utf8'))
}, 50).unref()
