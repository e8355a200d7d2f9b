import type { Shapes } from '../../data/api.ts';

type Role = Shapes['ApiKey']['role'];

export const ROLES = [
  'system_administrator',
  'system_customizer',
  'csr_manager',
  'csr',
  'account_manager',
  'integration',
  'viewer',
] as const satisfies readonly Role[];

/** What each role is for, in a few words. */
export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  system_administrator: 'System administrator',
  system_customizer: 'System customizer',
  csr_manager: 'Support manager',
  csr: 'Support agent',
  account_manager: 'Account manager',
  integration: 'Integration (another system)',
  viewer: 'Viewer',
};

/** A word of the API as people write it: `api_key` is Api key, `near_depletion` is Near depletion. */
export function wordsOfName(name: string): string {
  const words = name.replaceAll(/[_.]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
