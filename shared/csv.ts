/** What a spreadsheet takes for a formula, full-width forms too. */
const formula = /^[=+\-@\t\r\n\0＝＋－＠]/

/** A text as a cell of RFC 4180. `safe`: one that a spreadsheet would run gets an apostrophe before it. */
export const csvCell = (text: string, safe: boolean): string =>
  `"${(safe && formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
