import type { Role } from '../../domain/access/roles.ts';
import type { World } from './world.ts';

/** One page of the console, as the sweeps visit it. */
export interface ConsolePage {
  readonly path: (world: World) => string;
  /** Who looks at it; the administrator unless another role says more. */
  readonly role?: Role;
  /** Whether names of the world's records stand on it. */
  readonly names: boolean;
}

/** Every page of the console; `every-page.test.ts` compares the list with the routes. */
export const PAGES: Readonly<Record<string, ConsolePage>> = {
  home: { path: () => '/', names: true },
  entitlements: { path: ({ customerId }) => `/entitlements?customer=${customerId}`, names: true },
  'new entitlement': { path: ({ customerId }) => `/entitlements/new?customer=${customerId}`, names: true },
  entitlement: { path: ({ entitlementId }) => `/entitlements/${entitlementId}`, names: true },
  draft: { path: ({ draftId }) => `/entitlements/${draftId}`, names: true },
  'edit entitlement': { path: ({ draftId }) => `/entitlements/${draftId}/edit`, names: true },
  customers: { path: () => '/customers', names: true },
  customer: { path: ({ customerId }) => `/customers/${customerId}`, names: true },
  products: { path: () => '/products', names: true },
  cases: { path: ({ customerId }) => `/cases?customer=${customerId}`, names: true },
  'new case': {
    path: ({ customerId, contactId, productId }) =>
      `/cases/new?customer=${customerId}&contact=${contactId}&product=${productId}&channel=email`,
    names: true,
  },
  case: { path: ({ caseId }) => `/cases/${caseId}`, names: true },
  renewals: { path: () => '/renewals', names: true },
  renewal: { path: ({ renewalId }) => `/renewals/${encodeURIComponent(renewalId)}`, names: true },
  reports: { path: () => '/reports', names: false },
  'near depletion': { path: () => '/reports/near-depletion', names: true },
  expiring: { path: () => '/reports/expiring', names: true },
  utilisation: { path: () => '/reports/utilisation', names: true },
  'high touch': { path: () => '/reports/high-touch', names: true },
  'renewals by stage': { path: () => '/reports/renewals', names: true },
  overrides: { path: () => '/reports/overrides', names: true },
  administration: { path: () => '/administration', names: false },
  templates: { path: () => '/administration/templates', names: true },
  'service levels': { path: () => '/administration/slas', names: true },
  settings: { path: () => '/administration/settings', names: false },
  'API keys': { path: () => '/administration/api-keys', names: false },
  webhooks: { path: () => '/administration/webhooks', names: true },
  deliveries: { path: () => '/administration/deliveries', names: false },
  audit: { path: () => '/administration/audit', names: true },
  import: { path: () => '/administration/import', names: false },
  panel: {
    path: ({ customerId, contactId, productId }) =>
      `/panel?customer=${customerId}&contact=${contactId}&product=${productId}&channel=email`,
    names: true,
  },
};
