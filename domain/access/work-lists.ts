import { PERMISSIONS, type Role } from './roles.ts';

/** The roles of the people who look after contracts, or who read about them. */
const FOLLOWS_CONTRACTS = [
  'system_administrator',
  'system_customizer',
  'csr_manager',
  'account_manager',
  'viewer',
] as const satisfies readonly Role[];

/**
 * The work lists of the home page, and the roles that have a use for each. A list of things to do goes to the roles that
 * may do them; a list of things to know goes to the roles that follow contracts. Agents see what runs out because they
 * are the ones who must tell customers, and service levels at risk because they are the ones who keep them.
 */
export const WORK_LISTS = {
  serviceLevelsAtRisk: [...FOLLOWS_CONTRACTS, 'csr'],
  renewalsToDecide: PERMISSIONS.decideRenewals,
  runningOut: [...FOLLOWS_CONTRACTS, 'csr'],
  endingSoon: FOLLOWS_CONTRACTS,
  casesWithoutEntitlement: PERMISSIONS.handleCases,
  overrides: FOLLOWS_CONTRACTS,
  failingDeliveries: PERMISSIONS.readWebhooks,
} as const satisfies Readonly<Record<string, readonly Role[]>>;
export type WorkListName = keyof typeof WORK_LISTS;

/** Whether the home page of the role has the list. */
export const hasWorkList = (role: Role, list: WorkListName): boolean =>
  (WORK_LISTS[list] as readonly Role[]).includes(role);
