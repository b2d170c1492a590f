import type { IndicatorType } from '../../shared/indicator.ts'

export const typeWords: Readonly<Record<IndicatorType, string>> = {
  ...{ ip: 'Address', domain: 'Domain', url: 'URL', email: 'E-mail', md5: 'MD5', sha1: 'SHA-1', sha256: 'SHA-256', cve: 'CVE' },
}
