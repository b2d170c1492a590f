/** Where somebody begins who fills in a window or a panel. */
export const firstField = (within: Element | null): HTMLElement | null =>
  within?.querySelector('.body :is(input:not([type="radio"]), textarea, select)') ?? null
