/** The role of a key or a token: a person's part in the organisation, or another system. */
export const ROLES = [
  'system_administrator',
  'system_customizer',
  'csr_manager',
  'csr',
  'account_manager',
  'integration',
  'viewer',
] as const;
export type Role = (typeof ROLES)[number];

export const isRole = (word: string): word is Role => (ROLES as readonly string[]).includes(word);

/**
 * The roles that may do each kind of thing. Every route names one of these permissions; docs/roles.md lists the routes.
 */
export const PERMISSIONS = {
  read: ROLES,
  readAudit: ['system_administrator', 'system_customizer', 'csr_manager'],
  writeEntitlements: ['system_administrator', 'system_customizer', 'csr_manager'],
  /** Customers, contacts, products, SLAs. */
  writeRecords: ['system_administrator', 'system_customizer', 'csr_manager', 'integration'],
  handleCases: ['system_administrator', 'csr_manager', 'csr', 'integration'],
  /** Account managers decide only renewals within their own access scope. */
  decideRenewals: ['system_administrator', 'csr_manager', 'account_manager'],
  closeOpportunities: ['system_administrator', 'csr_manager', 'integration'],
  /** Webhooks and their deliveries. */
  changeWebhooks: ['system_administrator', 'system_customizer'],
  readWebhooks: ['system_administrator', 'system_customizer', 'csr_manager'],
  changeSettings: ['system_administrator', 'system_customizer'],
  manageKeys: ['system_administrator'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

/**
 * What only some of the roles that may use a route can ask of it. `override`: attach past exhaustion or outside the
 * cover. `control_decrement_term`: set decrementEntitlementTerm, and decrement explicitly. `open_temporal_ui`: get the
 * address of the Temporal UI, where the workflows of entitlements can be looked at.
 */
export const PRIVILEGES = {
  override: ['system_administrator', 'csr_manager'],
  control_decrement_term: ['system_administrator', 'csr_manager'],
  open_temporal_ui: ['system_administrator', 'system_customizer', 'csr_manager'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;
export type Privilege = keyof typeof PRIVILEGES;

export const hasPrivilege = (role: Role, privilege: Privilege): boolean =>
  (PRIVILEGES[privilege] as readonly Role[]).includes(role);

const NAMED = { ...PERMISSIONS, ...PRIVILEGES };
/** The name of a permission or of a privilege. */
export type PermissionName = keyof typeof NAMED;
export const PERMISSION_NAMES = Object.keys(NAMED) as [PermissionName, ...PermissionName[]];

/** The names of all permissions and privileges that the role has. */
export const permissionsOf = (role: Role): readonly PermissionName[] =>
  PERMISSION_NAMES.filter((name) => (NAMED[name] as readonly Role[]).includes(role));
