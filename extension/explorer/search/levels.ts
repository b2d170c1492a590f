/** How a level looks: as the severity that it comes nearest to. */
export const levels: Record<string, string> = {
  emergency: 'critical',
  alert: 'critical',
  critical: 'critical',
  error: 'high',
  warn: 'medium',
  notice: 'low',
  info: 'info',
  debug: 'info',
  ok: 'info',
}
