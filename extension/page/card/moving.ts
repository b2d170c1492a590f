/** What the head of a card does about its place. */
export interface Moving {
  grab(event: PointerEvent): void
  /** By so many pixels. */
  step(right: number, down: number): void
}

const steps: Record<string, [right: number, down: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
const far = { usual: 16, shift: 96 }

/** Arrow keys move a card, with Shift further. */
export function arrowKeys(moving: Moving, { key, shiftKey }: KeyboardEvent): Record<string, () => void> {
  const step = steps[key]
  const by = shiftKey ? far.shift : far.usual
  return step ? { [key]: () => moving.step(step[0] * by, step[1] * by) } : {}
}

/** Follows a pointer from where it took hold of the head until it lets go: a mouse, a pen or a finger. */
export function createGrab(place: () => { left: number; top: number }, move: (to: { left: number; top: number }) => void) {
  return (event: PointerEvent) => {
    const target = event.target as Element
    const head = event.currentTarget as Element
    // what is in the head does what it does: text is selected, buttons are pressed
    const isFree = target.closest('.grip') ?? !target.closest('button, h2, .others, .tags')
    if (!event.isTrusted || event.button !== 0 || !isFree) return
    // the head hears of its grip too
    event.stopPropagation()
    const from = place()
    const over = new AbortController()
    const { pointerId, clientX, clientY } = event
    head.setPointerCapture(pointerId)
    head.addEventListener(
      'pointermove',
      (event: Event) => {
        const { clientX: x, clientY: y } = event as PointerEvent
        // a press that trembles moves nothing
        if (Math.abs(x - clientX) + Math.abs(y - clientY) > 3) move({ left: from.left + x - clientX, top: from.top + y - clientY })
      },
      { signal: over.signal },
    )
    for (const type of ['pointerup', 'pointercancel', 'lostpointercapture'])
      head.addEventListener(type, () => over.abort(), { signal: over.signal })
  }
}
