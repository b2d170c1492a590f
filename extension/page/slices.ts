/** Work that runs a few milliseconds at a time and lets the page go first. */
export interface Slices {
  /** Run now, for at most `ms`, and go on by itself if that was not enough. */
  run(ms: number): void
  stop(): void
}

type PostTask = (task: () => void, options: { priority: 'background'; signal: AbortSignal }) => Promise<unknown>
const scheduler = (globalThis as { scheduler?: { postTask?: PostTask } }).scheduler

/** Runs the generator that `work` returns until it is done; `done` is told then. 4 ms a slice, so that no frame waits for it. */
export function createSlices(work: () => Generator<undefined, void>, clock: () => number = () => performance.now(), slice = 4): Slices {
  const stopped = new AbortController()
  let steps: Generator<undefined, void> | undefined
  let waiting = false
  let running = false

  function run(ms: number) {
    if (running || stopped.signal.aborted) return
    running = true
    steps ??= work()
    const until = clock() + ms
    let done = false
    while (!done) {
      done = steps.next().done === true
      if (clock() >= until) break
    }
    running = false
    if (done) steps = undefined
    else later()
  }
  function later() {
    if (waiting || stopped.signal.aborted) return
    waiting = true
    const go = () => {
      waiting = false
      if (steps && !stopped.signal.aborted) run(slice)
    }
    if (scheduler?.postTask) scheduler.postTask(go, { priority: 'background', signal: stopped.signal }).catch(() => undefined)
    else setTimeout(go, 1)
  }
  return { run, stop: () => stopped.abort() }
}
