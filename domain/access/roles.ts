/** Whom a key or a token stands for: a person's part in the organisation, or another system. */
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

/** What is done, and the roles that may do it. Every route names one of these; docs/roles.md shows the routes. */
export const PERMISSIONS = {
  read: ROLES,
  readAudit: ['system_administrator', 'system_customizer', 'csr_manager'],
  writeEntitlements: ['system_administrator', 'system_customizer', 'csr_manager'],
  /** Customers, contacts, products, SLAs. */
  writeRecords: ['system_administrator', 'system_customizer', 'csr_manager', 'integration'],
  handleCases: ['system_administrator', 'csr_manager', 'csr', 'integration'],
  /** An account manager: those of the own customers. */
  decideRenewals: ['system_administrator', 'csr_manager', 'account_manager'],
  closeOpportunities: ['system_administrator', 'csr_manager', 'integration'],
  /** Webhooks, and what is delivered to them. */
  changeWebhooks: ['system_administrator', 'system_customizer'],
  readWebhooks: ['system_administrator', 'system_customizer', 'csr_manager'],
  changeSettings: ['system_administrator', 'system_customizer'],
  manageKeys: ['system_administrator'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

/**
 * What a route does only for some of the roles that may use it. `override`: attach past exhaustion, or outside what is
 * covered. `control_decrement_term`: say that a case takes nothing, that it takes again, or that it takes now.
 */
export const PRIVILEGES = {
  override: ['system_administrator', 'csr_manager'],
  control_decrement_term: ['system_administrator', 'csr_manager'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;
export type Privilege = keyof typeof PRIVILEGES;

export const hasPrivilege = (role: Role, privilege: Privilege): boolean =>
  (PRIVILEGES[privilege] as readonly Role[]).includes(role);
