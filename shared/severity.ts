/** Most severe first: the order of every list, and 4 to 0 on the wire. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof severities)[number]

/** 4 for critical down to 0 for info. */
export const rank = (severity: Severity): number => severities.length - 1 - severities.indexOf(severity)

export const isSeverity = (value: unknown): value is Severity => (severities as readonly unknown[]).includes(value)

/** What a severity asks of whoever reads it. */
export const meanings: Record<Severity, string> = {
  critical: 'A service is compromised. Respond at once.',
  high: 'A service is vulnerable; whether it is compromised is unclear. Respond at once.',
  medium: 'The stack allows such an attack, but the service is not vulnerable. Evaluate it.',
  low: 'Somebody is experimenting or demonstrating an issue.',
  info: 'Somebody is scanning or experimenting.',
}
