/** How long a pointer rests on a value before its card opens, ms. Apart, since the bench reads it where there is no page. */
export const rest = 300
