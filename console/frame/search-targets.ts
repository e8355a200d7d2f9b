import type { Permission } from '../data/me.ts';
import { DESTINATIONS } from './navigation.ts';

/** A page, or something that one can begin, that the search offers. */
export interface Target {
  readonly to: string;
  readonly label: string;
  /** Other words by which people look for it. */
  readonly words?: string;
  /** Only for those who may do this; a page that everybody may see has none. */
  readonly may?: Permission;
}

/** What one can begin. */
const ACTIONS: readonly Target[] = [
  { to: '/entitlements/new', label: 'Make an entitlement', words: 'new create contract', may: 'writeEntitlements' },
  { to: '/cases/new', label: 'Open a case', words: 'new create attach', may: 'handleCases' },
  { to: '/administration/import', label: 'Import customers, contacts and products', words: 'csv', may: 'writeRecords' },
];

/** The pages below the entries of the menu. */
const INNER_PAGES: readonly Target[] = [
  { to: '/products', label: 'Products' },
  { to: '/reports/near-depletion', label: 'Report: near depletion', words: 'running out used' },
  { to: '/reports/expiring', label: 'Report: what ends soon', words: 'expiring' },
  { to: '/reports/utilisation', label: 'Report: utilisation', words: 'use' },
  { to: '/reports/high-touch', label: 'Report: customers with many cases', words: 'high touch' },
  { to: '/reports/renewals', label: 'Report: renewals' },
  { to: '/reports/overrides', label: 'Report: overrides, overages and charges', words: 'billing' },
  { to: '/administration/templates', label: 'Templates', words: 'bronze silver gold tier' },
  { to: '/administration/slas', label: 'Service levels', words: 'sla hours response' },
  { to: '/administration/settings', label: 'Settings', words: 'matching default channels', may: 'changeSettings' },
  { to: '/administration/api-keys', label: 'API keys', words: 'secret', may: 'manageKeys' },
  { to: '/administration/webhooks', label: 'Webhooks', may: 'readWebhooks' },
  { to: '/administration/deliveries', label: 'Deliveries', words: 'mail webhook failed', may: 'readWebhooks' },
  { to: '/administration/audit', label: 'Audit', words: 'changes history who', may: 'readAudit' },
];

/** All that a person with these permissions can go to, what can be begun first. */
export const targetsFor = (permissions: readonly Permission[]): readonly Target[] =>
  [...ACTIONS, ...DESTINATIONS, ...INNER_PAGES].filter(
    ({ may }: Target) => may === undefined || permissions.includes(may),
  );

/** The targets in which each word of the text begins some word, in upper or lower case; all where there is no text. */
export function targetsNamed(targets: readonly Target[], text: string): readonly Target[] {
  const sought = text.toLowerCase().split(/\s+/).filter(Boolean);
  return targets.filter(({ label, words = '' }) => {
    const has = `${label} ${words}`.toLowerCase().split(/[\s:,]+/);
    return sought.every((word) => has.some((known) => known.startsWith(word)));
  });
}
