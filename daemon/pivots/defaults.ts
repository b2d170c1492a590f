import type { Pivot, PivotKind } from '../../shared/pivot.ts'

const link = (name: string, template: string, ...kinds: PivotKind[]): Pivot => ({ name, template, kinds, intranet: false, enabled: true })

/** What is there without anybody having added it. Nothing is asked of these sites before somebody clicks. */
export const defaultPivots: readonly Pivot[] = [
  link('VirusTotal', 'https://www.virustotal.com/gui/search/{value}', 'ip', 'domain', 'hash'),
  link('AbuseIPDB', 'https://www.abuseipdb.com/check/{value}', 'ip'),
  link('Shodan', 'https://www.shodan.io/host/{value}', 'ip'),
  link('GreyNoise', 'https://viz.greynoise.io/ip/{value}', 'ip'),
  link('RDAP', 'https://client.rdap.org/?type=ip&object={value}', 'ip', 'range'),
  link('urlscan.io', 'https://urlscan.io/search/#%22{value}%22', 'ip', 'domain', 'url'),
  link('URLhaus', 'https://urlhaus.abuse.ch/browse.php?search={value}', 'ip', 'domain', 'url', 'hash'),
  link('crt.sh', 'https://crt.sh/?q={value}', 'domain'),
  link('NVD', 'https://nvd.nist.gov/vuln/detail/{value}', 'cve'),
  link('CISA KEV', 'https://www.cisa.gov/known-exploited-vulnerabilities-catalog?search_api_fulltext={value}', 'cve'),
]
