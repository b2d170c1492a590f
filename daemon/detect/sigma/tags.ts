import attack from '../attack.json' with { type: 'json' }

/** Of MITRE ATT&CK, by the names that Sigma has for tactics, the older ones too, and by id. */
const tactics: Record<string, string> = attack.tactics
const techniques: Record<string, string> = attack.techniques

/**
 * A tag of Sigma's as ours: `attack.t1059.001` → technique:T1059.001-powershell, `attack.execution` → tactic:TA0002-execution,
 * `cve.2021-44228` → cve:CVE-2021-44228. A technique whose name is not known keeps its id alone.
 */
export function toTag(tag: string): string {
  const [space = '', ...rest] = tag.trim().toLowerCase().split('.')
  const name = rest.join('.')
  if (space === 'attack') {
    const tactic = name.replaceAll('_', '-')
    if (Object.hasOwn(tactics, tactic)) return `tactic:${tactics[tactic]}-${tactic}`
    if (/^t\d{4}(\.\d{3})?$/.test(name)) return `technique:${withName(name.toUpperCase())}`
    return `attack:${/^[gs]\d{4}$/.test(name) ? name.toUpperCase() : name}`
  }
  if (space === 'cve') return `cve:CVE-${name.replace('.', '-')}`
  return name === '' ? space : `${space}:${name}`
}

const withName = (id: string): string => (Object.hasOwn(techniques, id) ? `${id}-${techniques[id]}` : id)
