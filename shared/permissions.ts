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

const read = permissionNames.filter(p => /_read(_|$)/.test(p) && !['audit_logs_read', 'api_keys_read', 'org_app_keys_read'].includes(p))
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

/** The default roles. Standard may do an analyst's whole day; only Admin hands out access and blocks. */
export const roles = {
  Admin: permissionNames as readonly Permission[],
  Standard: permissionNames.filter(p => !adminOnly.includes(p)) as readonly Permission[],
  'Read Only': [...read, 'user_app_keys'] as readonly Permission[],
} as const
export type RoleName = keyof typeof roles
export const roleNames = Object.keys(roles) as [RoleName, ...RoleName[]]

/** What a user of this role may do through a key with these scopes; `null` scopes narrow nothing. */
export const mayDo = (role: RoleName, scopes: readonly Permission[] | null, permission: Permission): boolean =>
  roles[role].includes(permission) && (scopes === null || scopes.includes(permission))
