import { seedSignals } from './many-signals.ts'

// A process of its own: what has the store open is gone when it ends.
const [dir, count] = process.argv.slice(2)
seedSignals(dir!, Number(count), Date.now())
