/** Datadog's permission names, those this daemon asks for, with the text that Datadog shows for each. */
export const permissions = {
  security_monitoring_signals_read: 'Security Signals Read',
  security_monitoring_signals_write: 'Security Signals Write',
  security_monitoring_rules_read: 'Security Rules Read',
  security_monitoring_rules_write: 'Security Rules Write',
  security_monitoring_filters_read: 'Security Filters Read',
  security_monitoring_filters_write: 'Security Filters Write',
  security_monitoring_suppressions_read: 'Security Suppressions Read',
  security_monitoring_suppressions_write: 'Security Suppressions Write',
  security_monitoring_notification_profiles_read: 'Security Notification Rules Read',
  security_monitoring_notification_profiles_write: 'Security Notification Rules Write',
  appsec_protect_read: 'Application Security Management Protect Read',
  appsec_protect_write: 'Application Security Management Protect Write',
  appsec_event_rule_read: 'Application Security Management Event Rules Read',
  appsec_event_rule_write: 'Application Security Management Event Rules Write',
  audit_logs_read: 'Audit Trail Read',
  audit_logs_write: 'Audit Trail Write',
  logs_read_data: 'Logs Read Data',
  logs_read_index_data: 'Logs Read Index Data',
  logs_write: 'Logs Write',
  cases_read: 'Case Management Read',
  cases_write: 'Case Management Write',
  cases_shared_settings_write: 'Case Management Shared Settings Write',
  incident_read: 'Incidents Read',
  incident_write: 'Incidents Write',
  workflows_read: 'Workflows Read',
  workflows_write: 'Workflows Write',
  workflows_run: 'Workflows Run',
  reference_tables_read: 'Reference Tables Read',
  reference_tables_write: 'Reference Tables Write',
  api_keys_read: 'API Keys Read',
  api_keys_write: 'API Keys Write',
  api_keys_delete: 'API Keys Delete',
  user_app_keys: 'User App Keys',
  org_app_keys_read: 'Org App Keys Read',
  org_app_keys_write: 'Org App Keys Write',
  user_access_read: 'User Access Read',
  user_access_invite: 'User Access Invite',
  user_access_manage: 'User Access Manage',
  org_management: 'Org Management',
} as const
export type Permission = keyof typeof permissions
export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]]

/** Those by which nothing is changed. */
export const readPermissions: ReadonlySet<Permission> = new Set(permissionNames.filter(name => /_read(_|$)/.test(name)))
const read = [...readPermissions].filter(p => !['audit_logs_read', 'api_keys_read', 'org_app_keys_read'].includes(p))
const adminOnly: Permission[] = [
  'audit_logs_write',
  'api_keys_delete',
  'org_app_keys_write',
  'org_app_keys_read',
  'user_access_manage',
  'user_access_invite',
  'org_management',
  'cases_shared_settings_write',
  'appsec_protect_write',
  'security_monitoring_filters_write',
]

const standard = permissionNames.filter(p => !adminOnly.includes(p))
/** What an analyst decides about signals, and not how they come about: no rules, feeds, keys, logs or saved settings of others. */
const analystWrites: Permission[] = [
  'security_monitoring_signals_write',
  'security_monitoring_suppressions_write',
  'cases_write',
  'incident_write',
  'workflows_run',
]

/**
 * The roles that are always there. Standard may do a whole team's day, Security Analyst works the queue, Read Only looks on; only Admin hands out
 * access and blocks. Whoever needs another one clones one of these.
 */
export const defaultRoles = {
  Admin: permissionNames as readonly Permission[],
  Standard: standard as readonly Permission[],
  'Read Only': [...read, 'user_app_keys'] as readonly Permission[],
  'Security Analyst': [...read, 'user_app_keys', ...analystWrites] as readonly Permission[],
} as const
export type DefaultRole = keyof typeof defaultRoles
export const defaultRoleNames = Object.keys(defaultRoles) as [DefaultRole, ...DefaultRole[]]

/** What a browser gets only where it was paired to administer: it hands out access, or changes how the daemon works. */
export const administration: readonly Permission[] = [
  'api_keys_write',
  'api_keys_delete',
  'org_app_keys_write',
  'user_app_keys',
  'user_access_invite',
  'user_access_manage',
  'org_management',
]

/** Why somebody with these permissions may not do what takes this one; undefined where they may. */
export const whyNot = (granted: Iterable<string>, permission: Permission): string | undefined => {
  for (const name of granted) if (name === permission) return undefined
  return `Needs the permission ${permissions[permission]}`
}
