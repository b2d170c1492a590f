/** What the settings are in, in the order of their tabs. */
export const parts = [
  { id: 'users', label: 'Users' },
  { id: 'roles', label: 'Roles' },
  { id: 'keys', label: 'Keys' },
  { id: 'triage', label: 'Triage' },
  { id: 'services', label: 'Services' },
  { id: 'links', label: 'Links' },
  { id: 'cases', label: 'Cases' },
  { id: 'notifications', label: 'Notifications' },
  { id: 'channels', label: 'Channels' },
  { id: 'undelivered', label: 'Undelivered' },
  { id: 'enforcers', label: 'Enforcers' },
  { id: 'figures', label: 'Figures' },
] as const
export type PartId = (typeof parts)[number]['id']
