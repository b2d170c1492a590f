const names = ['CIDR', 'ANYCASE', 'REGEX'] as const
export type CallName = (typeof names)[number]

/** Whether a word is a call where a parenthesis stands right behind it. */
export const isCall = (word: string): word is CallName => names.some(name => name === word)
