/** Tactics of MITRE ATT&CK by Sigma's names; the older names stay. */
const tactics: Record<string, string> = {
  reconnaissance: 'TA0043',
  'resource-development': 'TA0042',
  'initial-access': 'TA0001',
  execution: 'TA0002',
  persistence: 'TA0003',
  'privilege-escalation': 'TA0004',
  'defense-evasion': 'TA0005',
  stealth: 'TA0005',
  'defense-impairment': 'TA0112',
  'credential-access': 'TA0006',
  discovery: 'TA0007',
  'lateral-movement': 'TA0008',
  collection: 'TA0009',
  exfiltration: 'TA0010',
  'command-and-control': 'TA0011',
  impact: 'TA0040',
}

/** A tag of Sigma's as ours: `attack.t1059.001` → technique:T1059.001, `attack.execution` → tactic:TA0002-execution, `cve.2021-44228` → cve:CVE-2021-44228. */
export function toTag(tag: string): string {
  const [space = '', ...rest] = tag.trim().toLowerCase().split('.')
  const name = rest.join('.')
  if (space === 'attack') {
    const tactic = name.replaceAll('_', '-')
    if (Object.hasOwn(tactics, tactic)) return `tactic:${tactics[tactic]}-${tactic}`
    if (/^t\d{4}(\.\d{3})?$/.test(name)) return `technique:${name.toUpperCase()}`
    return `attack:${/^[gs]\d{4}$/.test(name) ? name.toUpperCase() : name}`
  }
  if (space === 'cve') return `cve:CVE-${name.replace('.', '-')}`
  return name === '' ? space : `${space}:${name}`
}
