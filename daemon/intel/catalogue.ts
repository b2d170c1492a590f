import type { z } from 'zod'
import type { NewFeed } from './feed-files.ts'

/** A feed that is open to everybody and worth having. None is fetched before a person switches it on. */
export type CatalogueFeed = z.input<typeof NewFeed> & { id: string; url: string; licence: string; about: string }

const hourly = { via: 'file', every_hours: 1 } as const
const fourHourly = { via: 'file', every_hours: 4 } as const
const daily = { via: 'file', every_hours: 24 } as const

const seeSite = 'Not stated: see the site before you use it for others'
const cc0 = 'CC0-1.0'

const warninglist = (id: string, list: string, name: string, about: string): CatalogueFeed => ({
  ...{ id, name, about, format: 'misp-warninglist', category: 'known_good', intention: 'benign' },
  ...{ url: `https://raw.githubusercontent.com/MISP/misp-warninglists/main/lists/${list}/list.json`, licence: cc0, refresh: daily },
})

/**
 * What cannot be matched in logs is not here (CISA's KEV names vulnerabilities, no values), nor are the ranges of whole clouds: attackers rent
 * there like everybody, and a hit would be talked down.
 */
export const catalogue: readonly CatalogueFeed[] = [
  {
    ...{ id: 'ipsum', name: 'IPsum', format: 'netset', category: 'attack', intention: 'malicious', refresh: daily },
    url: 'https://raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt',
    licence: 'Unlicense',
    about: 'Addresses of more than thirty lists, with the number of lists that each stands on',
  },
  {
    ...{ id: 'tor-exits', name: 'Tor exits', format: 'netset', category: 'tor', intention: 'suspicious', refresh: hourly },
    url: 'https://check.torproject.org/torbulkexitlist',
    licence: seeSite,
    about: "The Tor Project's own list of exit nodes",
  },
  {
    ...{ id: 'spamhaus-drop', name: 'Spamhaus DROP', format: 'json', category: 'attack', intention: 'malicious', refresh: daily },
    url: 'https://www.spamhaus.org/drop/drop_v4.json',
    licence: 'Free to use with the notice kept: https://www.spamhaus.org/drop/terms/',
    columns: { value: 'cidr', listing: 'sblid' },
    about: 'IPv4 networks that are hijacked, or leased by criminals',
  },
  {
    ...{ id: 'spamhaus-dropv6', name: 'Spamhaus DROPv6', format: 'json', category: 'attack', intention: 'malicious', refresh: daily },
    url: 'https://www.spamhaus.org/drop/drop_v6.json',
    licence: 'Free to use with the notice kept: https://www.spamhaus.org/drop/terms/',
    columns: { value: 'cidr', listing: 'sblid' },
    about: 'IPv6 networks that are hijacked, or leased by criminals',
  },
  {
    ...{ id: 'firehol-level1', name: 'FireHOL level 1', format: 'netset', category: 'attack', intention: 'malicious', refresh: daily },
    url: 'https://raw.githubusercontent.com/firehol/blocklist-ipsets/master/firehol_level1.netset',
    licence: 'Those of the lists it is made of: see https://iplists.firehol.org/?ipset=firehol_level1',
    about: 'Lists with the fewest false positives put together',
  },
  {
    ...{ id: 'blocklist-de', name: 'blocklist.de', format: 'netset', category: 'attack', intention: 'malicious', refresh: fourHourly },
    url: 'https://lists.blocklist.de/lists/all.txt',
    licence: seeSite,
    about: 'Addresses that attacked the reporting servers in the last 48 hours',
  },
  {
    ...{ id: 'feodo-tracker', name: 'Feodo Tracker', format: 'json', category: 'c2', intention: 'malicious', refresh: hourly },
    url: 'https://feodotracker.abuse.ch/downloads/ipblocklist.json',
    licence: cc0,
    columns: { value: 'ip_address', malware: 'malware', status: 'status' },
    about: 'Command and control servers of botnets; in quiet times it is empty',
  },
  {
    ...{ id: 'urlhaus', name: 'URLhaus', format: 'list', category: 'malware', intention: 'malicious', refresh: hourly },
    url: 'https://urlhaus.abuse.ch/downloads/text_online/',
    licence: cc0,
    about: 'URLs that serve malware now',
  },
  {
    ...{ id: 'threatfox', name: 'ThreatFox', format: 'json', category: 'malware', intention: 'malicious', refresh: hourly },
    url: 'https://threatfox.abuse.ch/export/json/recent/',
    licence: cc0,
    columns: { value: 'ioc_value', type: 'ioc_type', score: 'confidence_level', malware: 'malware_printable', threat: 'threat_type' },
    expire_days: 30,
    about: 'Addresses, domains, URLs and hashes that go with malware, of the last 48 hours; kept here for 30 days',
  },
  {
    ...{ id: 'sslbl', name: 'SSLBL', format: 'csv', category: 'c2', intention: 'malicious', refresh: daily },
    url: 'https://sslbl.abuse.ch/blacklist/sslipblacklist.csv',
    licence: cc0,
    columns: { value: 2, port: 3 },
    about: 'Servers with certificates of botnets; not kept up any more, and may be empty',
  },
  {
    ...{ id: 'cins', name: 'CINS Army', format: 'netset', category: 'scanner', intention: 'malicious', refresh: daily },
    url: 'https://cinsscore.com/list/ci-badguys.txt',
    licence: seeSite,
    about: 'Addresses of bad reputation at the Sentinel sensors',
  },
  {
    ...{ id: 'et-compromised', name: 'ET compromised', format: 'netset', category: 'attack', intention: 'malicious', refresh: daily },
    url: 'https://rules.emergingthreats.net/blockrules/compromised-ips.txt',
    licence: 'BSD, as the Emerging Threats open rules',
    about: 'Hosts that are known to be compromised',
  },
  {
    ...{ id: 'greensnow', name: 'GreenSnow', format: 'netset', category: 'attack', intention: 'malicious', refresh: fourHourly },
    url: 'https://blocklist.greensnow.co/greensnow.txt',
    licence: seeSite,
    about: 'Addresses that guess passwords and scan ports',
  },
  {
    ...{ id: 'x4b-vpn', name: 'X4B VPN', format: 'netset', category: 'vpn', intention: 'unknown', refresh: daily },
    url: 'https://raw.githubusercontent.com/X4BNet/lists_vpn/main/output/vpn/ipv4.txt',
    licence: 'MIT',
    about: 'IPv4 networks of VPN providers',
  },
  {
    ...{ id: 'x4b-datacenter', name: 'X4B data centres', format: 'netset', category: 'hosting', intention: 'unknown', refresh: daily },
    url: 'https://raw.githubusercontent.com/X4BNet/lists_vpn/main/output/datacenter/ipv4.txt',
    licence: 'MIT',
    about: 'IPv4 networks of data centres, where people seldom sit',
  },
  {
    ...{ id: 'dshield', name: 'DShield', format: 'netset', category: 'scanner', intention: 'malicious', refresh: daily },
    url: 'https://raw.githubusercontent.com/firehol/blocklist-ipsets/master/dshield.netset',
    licence: 'CC-BY-NC-SA-2.5: not for commercial use',
    about: 'The twenty networks that attack most, as FireHOL writes the list of the SANS Internet Storm Center',
  },
  {
    ...{ id: 'binary-defense', name: 'Binary Defense', format: 'netset', category: 'attack', intention: 'malicious', refresh: daily },
    url: 'https://www.binarydefense.com/banlist.txt',
    licence: 'Not for commercial use: see the head of the list',
    about: 'Addresses that attacked the Artillery honeypots',
  },
  {
    ...{
      id: 'openphish',
      name: 'OpenPhish',
      format: 'list',
      category: 'phishing',
      intention: 'malicious',
      refresh: { via: 'file', every_hours: 12 },
    },
    url: 'https://raw.githubusercontent.com/openphish/public_feed/refs/heads/main/feed.txt',
    licence: 'Not for commercial use: https://openphish.com/terms.html',
    about: 'URLs that steal passwords now',
  },
  {
    ...{ id: 'circl-osint', name: 'CIRCL OSINT', format: 'misp', category: 'malware', intention: 'malicious' },
    refresh: { via: 'misp', every_hours: 24 },
    url: 'https://www.circl.lu/doc/misp/feed-osint/',
    licence: seeSite,
    about: "The MISP feed of Luxembourg's CIRCL: reports of attacks with their addresses, domains, URLs and hashes",
  },
  {
    ...{ id: 'botvrij', name: 'botvrij.eu', format: 'misp', category: 'malware', intention: 'malicious' },
    refresh: { via: 'misp', every_hours: 24 },
    url: 'https://www.botvrij.eu/data/feed-osint/',
    licence: seeSite,
    about: 'A MISP feed made of public reports',
  },
  warninglist('good-dns-v4', 'public-dns-v4', 'Public DNS resolvers, IPv4', 'Resolvers that everybody may use'),
  warninglist('good-dns-v6', 'public-dns-v6', 'Public DNS resolvers, IPv6', 'Resolvers that everybody may use'),
  warninglist('good-googlebot', 'googlebot', 'Googlebot', "The addresses of Google's crawler"),
  warninglist('good-cloudflare', 'cloudflare', 'Cloudflare', 'Fronts of websites, not those behind them'),
  warninglist('good-akamai', 'akamai', 'Akamai', 'Fronts of websites, not those behind them'),
  warninglist('good-fastly', 'fastly', 'Fastly', 'Fronts of websites, not those behind them'),
  warninglist('good-crl', 'crl-ip', 'CRL and OCSP servers', 'Where browsers ask whether a certificate still holds'),
  warninglist('good-empty-hashes', 'empty-hashes', 'Hashes of nothing', 'The hashes of an empty file'),
  warninglist('good-common-hashes', 'common-ioc-false-positive', 'Hashes that are everywhere', 'Files that reports name by mistake'),
]
