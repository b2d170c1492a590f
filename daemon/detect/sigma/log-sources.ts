// Where Sigma's log sources and fields are in our logs. Data: to add a log source or a field, add a line.

/**
 * A log source of Sigma's. Every entry whose product, category and service are those of a rule adds its query, its fields and what its
 * signals are grouped by. Fields that are not named here keep their name, as attributes.
 */
export interface LogSource {
  product?: string
  category?: string
  service?: string
  query?: string
  groupBy?: string[]
  /** Where Sigma's field is; of several, any may hold it. */
  fields?: Record<string, string | string[]>
  /** The attributes that its logs have here at all, where our readers alone make them; left out where senders name them as they like. */
  only?: readonly string[]
}

const sysmonChannel = '@Channel:Microsoft-Windows-Sysmon/Operational'
const sysmon = (...ids: number[]) => `${sysmonChannel} @EventID:${ids.length === 1 ? ids[0] : `(${ids.join(' OR ')})`}`
const powershell = '@Channel:(Microsoft-Windows-PowerShell/Operational OR PowerShellCore/Operational)'

const windowsCategories: Record<string, string> = {
  // Windows' own audit event takes Sysmon's field names as it comes in
  process_creation: `((${sysmon(1)}) OR (@Channel:Security @EventID:4688))`,
  file_change: sysmon(2),
  network_connection: sysmon(3),
  sysmon_status: sysmon(4, 16),
  process_termination: sysmon(5),
  driver_load: sysmon(6),
  image_load: sysmon(7),
  create_remote_thread: sysmon(8),
  raw_access_thread: sysmon(9),
  process_access: sysmon(10),
  file_event: sysmon(11),
  registry_add: sysmon(12),
  registry_delete: sysmon(12),
  registry_set: sysmon(13),
  registry_rename: sysmon(14),
  registry_event: sysmon(12, 13, 14),
  create_stream_hash: sysmon(15),
  pipe_created: sysmon(17, 18),
  wmi_event: sysmon(19, 20, 21),
  dns_query: sysmon(22),
  file_delete: sysmon(23, 26),
  clipboard_capture: sysmon(24),
  process_tampering: sysmon(25),
  file_block_executable: sysmon(27),
  file_block_shredding: sysmon(28),
  file_executable_detected: sysmon(29),
  file_access: '@Channel:Microsoft-Windows-Kernel-File/Analytic',
  file_rename: '@Channel:Microsoft-Windows-Kernel-File/Analytic',
  sysmon_error: sysmon(255),
  ps_module: `${powershell} @EventID:4103`,
  ps_script: `${powershell} @EventID:4104`,
  ps_classic_start: '@Channel:"Windows PowerShell" @EventID:400',
  ps_classic_provider_start: '@Channel:"Windows PowerShell" @EventID:600',
  ps_classic_script: '@Channel:"Windows PowerShell" @EventID:800',
}

const windowsChannels: Record<string, string[]> = {
  application: ['Application'],
  applocker: ['MSI and Script', 'EXE and DLL', 'Packaged app-Deployment', 'Packaged app-Execution'].map(
    name => `Microsoft-Windows-AppLocker/${name}`,
  ),
  'appmodel-runtime': ['Microsoft-Windows-AppModel-Runtime/Admin'],
  'appxdeployment-server': ['Microsoft-Windows-AppXDeploymentServer/Operational'],
  'appxpackaging-om': ['Microsoft-Windows-AppxPackaging/Operational'],
  'bits-client': ['Microsoft-Windows-Bits-Client/Operational'],
  capi2: ['Microsoft-Windows-CAPI2/Operational'],
  'certificateservicesclient-lifecycle-system': ['Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational'],
  'codeintegrity-operational': ['Microsoft-Windows-CodeIntegrity/Operational'],
  'diagnosis-scripted': ['Microsoft-Windows-Diagnosis-Scripted/Operational'],
  'dns-client': ['Microsoft-Windows-DNS Client Events/Operational', 'Microsoft-Windows-DNS-Client/Operational'],
  'dns-server': ['DNS Server'],
  'dns-server-analytic': ['Microsoft-Windows-DNS-Server/Analytical'],
  'driver-framework': ['Microsoft-Windows-DriverFrameworks-UserMode/Operational'],
  'firewall-as': ['Microsoft-Windows-Windows Firewall With Advanced Security/Firewall'],
  'hyper-v-worker': ['Microsoft-Windows-Hyper-V-Worker'],
  'iis-configuration': ['Microsoft-IIS-Configuration/Operational'],
  'kernel-event-tracing': ['Microsoft-Windows-Kernel-EventTracing'],
  'kernel-shimengine': ['Microsoft-Windows-Kernel-ShimEngine/Operational', 'Microsoft-Windows-Kernel-ShimEngine/Diagnostic'],
  ldap: ['Microsoft-Windows-LDAP-Client/Debug'],
  'lsa-server': ['Microsoft-Windows-LSA/Operational'],
  'microsoft-servicebus-client': ['Microsoft-ServiceBus-Client'],
  'msexchange-management': ['MSExchange Management'],
  ntfs: ['Microsoft-Windows-Ntfs/Operational'],
  ntlm: ['Microsoft-Windows-NTLM/Operational'],
  openssh: ['OpenSSH/Operational'],
  powershell: ['Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational'],
  'powershell-classic': ['Windows PowerShell'],
  'printservice-admin': ['Microsoft-Windows-PrintService/Admin'],
  'printservice-operational': ['Microsoft-Windows-PrintService/Operational'],
  security: ['Security'],
  'security-mitigations': ['Microsoft-Windows-Security-Mitigations/Kernel Mode', 'Microsoft-Windows-Security-Mitigations/User Mode'],
  sense: ['Microsoft-Windows-SENSE/Operational'],
  'shell-core': ['Microsoft-Windows-Shell-Core/Operational'],
  'smbclient-connectivity': ['Microsoft-Windows-SmbClient/Connectivity'],
  'smbclient-security': ['Microsoft-Windows-SmbClient/Security'],
  'smbserver-connectivity': ['Microsoft-Windows-SMBServer/Connectivity'],
  sysmon: ['Microsoft-Windows-Sysmon/Operational'],
  system: ['System'],
  taskscheduler: ['Microsoft-Windows-TaskScheduler/Operational'],
  'terminalservices-localsessionmanager': ['Microsoft-Windows-TerminalServices-LocalSessionManager/Operational'],
  vhdmp: ['Microsoft-Windows-VHDMP/Operational'],
  windefend: ['Microsoft-Windows-Windows Defender/Operational'],
  wmi: ['Microsoft-Windows-WMI-Activity/Operational'],
}

const linuxCategories: Record<string, number> = {
  process_creation: 1,
  network_connection: 3,
  process_termination: 5,
  file_event: 11,
  file_delete: 23,
}

/** Windows' and Sysmon's own names for the parts of a rule's log source. */
const quoted = (texts: readonly string[]) => `(${texts.map(text => `"${text}"`).join(' OR ')})`

/** W3C's names of what a web server or a proxy logs, by the names that logs have here. */
const web = {
  'c-ip': '@network.client.ip',
  src_ip: '@network.client.ip',
  SourceIp: '@network.client.ip',
  'cs-method': '@http.method',
  'cs-uri': '@http.url',
  'cs-uri-stem': '@http.url_details.path',
  'cs-uri-query': '@http.url',
  'c-uri': '@http.url',
  'c-uri-query': '@http.url',
  'cs-host': ['@http.url_details.host', '@http.vhost'],
  'r-dns': ['@http.url_details.host', '@http.vhost'],
  'cs-user-agent': '@http.useragent',
  'cs-useragent': '@http.useragent',
  'c-useragent': '@http.useragent',
  'cs-referer': '@http.referer',
  'cs-referrer': '@http.referer',
  'cs-username': '@http.auth',
  'sc-status': '@http.status_code',
}

// programs whose lines syslog carries have a source of their own, and are known by its header
const linux = '(source:(linux OR syslog OR auth) OR @syslog:*)'

const each = (names: readonly string[], path: string) => Object.fromEntries(names.map(name => [name, path]))
/** What people call the user and the other end of a login, by the names that logs have here. */
const login = {
  ...each(['SourceIp', 'SourceIP', 'SrcIp', 'src_ip', 'IpAddress', 'rhost', 'c-ip'], '@network.client.ip'),
  ...each(['SourcePort', 'SrcPort', 'src_port'], '@network.client.port'),
  ...each(['SourceHostname'], '@network.client.hostname'),
  ...each(['User', 'user', 'UserName', 'username', 'TargetUserName'], '@usr.name'),
}
// what daemon/intake/lines makes of the lines of programs: its test holds the two together
const pam = 'evt.name evt.outcome usr.name auth.failures network.client.ip network.client.hostname'.split(' ')
const sshd = [...pam, 'auth.method', 'usr.invalid', 'network.client.port']
const sudo = [...pam, 'usr.target', 'process.command_line']
const programs: Record<string, Pick<LogSource, 'fields' | 'only'>> = {
  auth: { fields: login, only: [...sshd, ...sudo] },
  sshd: { fields: login, only: sshd },
  sudo: { fields: { ...login, USER: '@usr.target', COMMAND: '@process.command_line' }, only: sudo },
  ...Object.fromEntries(['su', 'cron', 'vsftpd', 'clamav', 'guacamole'].map(name => [name, { fields: login, only: pam }])),
}

const azure = (service: string): LogSource => ({ product: 'azure', service })
const m365 = (service: string): LogSource => ({ product: 'm365', service })

export const logSources: readonly LogSource[] = [
  { product: 'windows', query: 'source:(windows.events OR windows)', groupBy: ['host'] },
  ...Object.entries(windowsCategories).map(([category, query]): LogSource => ({ product: 'windows', category, query })),
  ...Object.entries(windowsChannels).map(
    ([service, channels]): LogSource => ({ product: 'windows', service, query: `@Channel:${quoted(channels)}` }),
  ),
  // Defender writes its names in words; shippers may have joined them
  {
    product: 'windows',
    service: 'windefend',
    fields: Object.fromEntries(
      ['Source', 'Threat', 'Process', 'Category', 'Severity', 'Action', 'Origin', 'Type'].map(word => [
        `${word}Name`,
        [`@${word}Name`, `@${word} Name`],
      ]),
    ),
  },
  { product: 'linux', groupBy: ['host'] },
  ...Object.entries(linuxCategories).map(
    ([category, id]): LogSource => ({ product: 'linux', category, query: `source:(linux.sysmon OR sysmon) @EventID:${id}` }),
  ),
  { product: 'linux', service: 'auditd', query: 'source:auditd' },
  ...Object.entries(programs).map(
    ([service, more]): LogSource => ({ product: 'linux', service, query: service === 'auth' ? linux : `source:${service}`, ...more }),
  ),
  ...['modsecurity', 'samba', 'squid'].map((service): LogSource => ({ product: 'linux', service, query: `source:${service}` })),
  { product: 'linux', service: 'syslog', query: linux },

  {
    category: 'webserver',
    query: 'source:(http OR apache OR nginx OR iis OR haproxy OR traefik OR caddy)',
    groupBy: ['@network.client.ip'],
    fields: web,
  },
  {
    category: 'proxy',
    query: 'source:(proxy OR squid OR zscaler OR bluecoat OR forcepoint)',
    groupBy: ['@network.client.ip'],
    fields: web,
  },
  { service: 'apache', query: 'source:(apache OR http)', groupBy: ['host'] },
  { service: 'nginx', query: 'source:nginx', groupBy: ['host'] },
  {
    category: 'dns',
    query: 'source:(dns OR bind OR named OR unbound OR dnsmasq OR pihole OR coredns)',
    groupBy: ['@network.client.ip'],
    fields: { query: '@dns.question.name', record_type: '@dns.question.type', answer: '@dns.answer.name' },
  },
  {
    category: 'firewall',
    query: 'source:(firewall OR iptables OR pfsense OR opnsense OR ufw)',
    groupBy: ['@network.client.ip'],
    fields: {
      src_ip: '@network.client.ip',
      dst_ip: '@network.destination.ip',
      src_port: '@network.client.port',
      dst_port: '@network.destination.port',
    },
  },
  { category: 'antivirus', query: 'source:(antivirus OR clamav OR defender OR sophos OR trendmicro)', groupBy: ['host'] },
  { category: 'database', query: 'source:(database OR mysql OR mariadb OR postgresql OR oracle OR sqlserver)', groupBy: ['host'] },

  { product: 'aws', service: 'cloudtrail', query: 'source:cloudtrail', groupBy: ['@userIdentity.arn'] },
  {
    product: 'azure',
    query: 'source:(azure OR azure.activitylogs OR azure.auditlogs OR azure.signinlogs OR azure.activeDirectory OR azure.platform)',
    groupBy: ['@properties.userPrincipalName'],
  },
  ...['activitylogs', 'auditlogs', 'signinlogs', 'riskdetection', 'pim', 'azureactivity'].map(azure),
  { product: 'm365', query: 'source:(m365 OR o365 OR microsoft-365 OR office365)', groupBy: ['@UserId'] },
  ...['audit', 'exchange', 'threat_management', 'threat_detection'].map(m365),
  {
    product: 'gcp',
    groupBy: ['@protoPayload.authenticationInfo.principalEmail'],
    fields: { 'gcp.audit.method_name': ['@data.protoPayload.methodName', '@protoPayload.methodName'] },
  },
  { product: 'gcp', service: 'gcp.audit', query: 'source:(gcp OR gcp.audit)' },
  { product: 'gcp', service: 'google_workspace.admin', query: 'source:(google_workspace OR gsuite OR gcp)' },
  { product: 'gcp', service: 'google_workspace.login', query: 'source:(google_workspace OR gsuite OR gcp)' },
  { product: 'okta', service: 'okta', query: 'source:okta', groupBy: ['@actor.alternateId'] },
  { product: 'onelogin', service: 'onelogin.events', query: 'source:onelogin' },
  { product: 'github', service: 'audit', query: 'source:(github OR github.audit OR github-enterprise)', groupBy: ['@actor'] },
  { product: 'bitbucket', service: 'audit', query: 'source:bitbucket', groupBy: ['@author.name'] },
  { product: 'kubernetes', query: 'source:(kubernetes OR kubernetes.audit OR kube-apiserver)', groupBy: ['@user.username'] },
  { product: 'kubernetes', service: 'audit' },
  { product: 'kubernetes', category: 'application' },

  { product: 'cisco', groupBy: ['host'] },
  { product: 'cisco', service: 'aaa', query: 'source:(cisco OR cisco.ios OR cisco.asa OR cisco-ios)' },
  { product: 'cisco', service: 'bgp', query: 'source:(cisco OR cisco.ios OR cisco.asa OR cisco-ios)' },
  { product: 'cisco', service: 'ldp', query: 'source:(cisco OR cisco.ios OR cisco.asa OR cisco-ios)' },
  { product: 'cisco', service: 'duo', query: 'source:(duo OR cisco-duo)', groupBy: ['@user.name'] },
  { product: 'juniper', query: 'source:(juniper OR junos)', groupBy: ['host'] },
  { product: 'juniper', service: 'bgp' },
  { product: 'huawei', service: 'bgp', query: 'source:huawei', groupBy: ['host'] },
  { product: 'fortigate', query: 'source:(fortigate OR fortinet OR fortinet-firewall-logs)', groupBy: ['host'] },
  { product: 'fortigate', service: 'event' },
  { product: 'paloalto', query: 'source:(paloalto OR pan.firewall OR palo_alto)', groupBy: ['host'] },
  { product: 'zeek', groupBy: ['@id.orig_h'] },
  ...['conn', 'dce_rpc', 'dns', 'http', 'kerberos', 'rdp', 'smb_files', 'ssh', 'ssl', 'x509', 'files'].map(
    (service): LogSource => ({ product: 'zeek', service, query: `(source:zeek.${service} OR (source:zeek @_path:${service}))` }),
  ),
  { product: 'opencanary', category: 'application', query: 'source:opencanary', groupBy: ['@src_host'] },
  { product: 'rpc_firewall', category: 'application', query: 'source:(rpc_firewall OR rpcfw)', groupBy: ['host'] },
  ...['django', 'python', 'spring', 'velocity', 'nodejs', 'ruby_on_rails', 'jvm', 'sql', 'php'].map(
    (product): LogSource => ({
      product,
      category: 'application',
      query: `source:${product === 'jvm' ? '(jvm OR java)' : product === 'ruby_on_rails' ? '(ruby_on_rails OR rails OR ruby)' : product}`,
      groupBy: ['service'],
    }),
  ),
]

/** What any log may have, whoever made it, by how the path begins: from its header, and from what is found in it. */
export const everywhere = /^(?:syslog|process\.pid|repeated|network\.ip|threat_intel)(?:\.|$)/

/** Names that intake takes out of a log's attributes: they are the log's own. */
export const reserved: Record<string, string> = {
  host: 'host',
  hostname: 'host',
  service: 'service',
  source: 'source',
  message: 'message',
  msg: 'message',
}
