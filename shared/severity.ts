/** Most severe first: the order of every list, and 4 to 0 on the wire. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof severities)[number]

/** What a signal adds to the risk of whom it names. */
export const riskPoints: Partial<Record<Severity, number>> = { critical: 100, high: 50, medium: 5 }

/** 4 for critical down to 0 for info. */
export const rank = (severity: Severity): number => severities.length - 1 - severities.indexOf(severity)

export const isSeverity = (value: unknown): value is Severity => (severities as readonly unknown[]).includes(value)
