/** What searches may take of memory with many more than a million logs, bytes: a setting (`search.memory_bytes`). */
export const largeMemory = 640 * 2 ** 20
export const isLarge = (logs: number): boolean => logs > 2_000_000
