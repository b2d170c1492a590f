/** Keys as hands mean them, without modifiers that belong to browser and system. */

const typed = 'input:not([type=radio],[type=checkbox]), textarea, select, [contenteditable]:not([contenteditable=false])'

/** Whether letters are written there. */
export const isTyped = (element: Element): boolean => element.matches(typed)

/** `j`, `E` with shift, `?`, `Enter`; undefined while typing, composing or with a modifier that is not ours. */
export function keyOf(event: KeyboardEvent): string | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return undefined
  const target = event.composedPath()[0]
  if (target instanceof Element && isTyped(target)) return undefined
  return event.key
}

/** Run the action that belongs to the key. What was handled goes no further; a missing or `false` action leaves it to the browser. */
export function press(event: KeyboardEvent, actions: Record<string, ((event: KeyboardEvent) => unknown) | undefined>): boolean {
  const key = keyOf(event)
  const action = key === undefined ? undefined : Object.hasOwn(actions, key) ? actions[key] : undefined
  if (!action || action(event) === false) return false
  event.preventDefault()
  event.stopPropagation()
  return true
}
