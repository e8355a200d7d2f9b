import type { Page } from 'playwright-core';
import { signedIn, signedInWith, type TabOptions } from '../support/browser.ts';
import { visit } from '../support/browser-layout.ts';
import type { World } from './world.ts';

/** One page of the console, as the sweeps visit it. */
export interface ConsolePage {
  readonly path: (world: World) => string;
  /** True: the customer's account manager looks at it, who sees just this customer's records; else an administrator. */
  readonly asManager?: true;
  /** Whether names of the world's records stand on it, whatever other records there are. */
  readonly names: boolean;
}

/** Opens the page as the one who looks at it, and waits until everything is read. */
export async function openPage({ path, asManager }: ConsolePage, world: World, options?: TabOptions): Promise<Page> {
  const page = asManager
    ? await signedInWith(world.managerKey, options)
    : await signedIn('system_administrator', options);
  await visit(page, path(world));
  return page;
}

/** Every page of the console; `every-page.test.ts` compares the list with the routes. */
export const PAGES: Readonly<Record<string, ConsolePage>> = {
  home: { path: () => '/', asManager: true, names: true },
  entitlements: { path: ({ customerId }) => `/entitlements?customer=${customerId}`, names: true },
  'new entitlement': { path: ({ customerId }) => `/entitlements/new?customer=${customerId}`, names: true },
  entitlement: { path: ({ entitlementId }) => `/entitlements/${entitlementId}`, names: true },
  'amend entitlement': { path: ({ entitlementId }) => `/entitlements/${entitlementId}?dialog=amend`, names: true },
  'pause entitlement': { path: ({ entitlementId }) => `/entitlements/${entitlementId}?dialog=pause`, names: true },
  draft: { path: ({ draftId }) => `/entitlements/${draftId}`, names: true },
  'edit entitlement': { path: ({ draftId }) => `/entitlements/${draftId}/edit`, names: true },
  customers: { path: ({ tag }) => `/customers?q=${tag}`, names: true },
  customer: { path: ({ customerId }) => `/customers/${customerId}`, names: true },
  products: { path: ({ tag }) => `/products?q=${tag}`, names: true },
  cases: { path: ({ customerId }) => `/cases?customer=${customerId}`, names: true },
  'new case': {
    path: ({ customerId, contactId, productId }) =>
      `/cases/new?customer=${customerId}&contact=${contactId}&product=${productId}&channel=email`,
    names: true,
  },
  case: { path: ({ caseId }) => `/cases/${caseId}`, names: true },
  renewals: { path: () => '/renewals', asManager: true, names: true },
  renewal: { path: ({ renewalId }) => `/renewals/${encodeURIComponent(renewalId)}`, names: true },
  reports: { path: () => '/reports', names: false },
  'near depletion': { path: () => '/reports/near-depletion', asManager: true, names: true },
  expiring: { path: () => '/reports/expiring', asManager: true, names: true },
  utilisation: { path: () => '/reports/utilisation', asManager: true, names: true },
  'high touch': { path: () => '/reports/high-touch', asManager: true, names: true },
  'renewals by stage': { path: () => '/reports/renewals', asManager: true, names: true },
  overrides: { path: () => '/reports/overrides', asManager: true, names: true },
  'rows behind a figure': {
    path: ({ entitlementId }) => `/reports/ledger?entitlement=${entitlementId}&rows=use&fromSeq=1`,
    names: true,
  },
  administration: { path: () => '/administration', names: false },
  'renewals as a board': { path: () => '/renewals?view=board', asManager: true, names: true },
  'change renewal': {
    path: ({ renewalId }) => `/renewals/${encodeURIComponent(renewalId)}?decide=change`,
    names: true,
  },
  templates: { path: () => '/administration/templates', names: false },
  'new template': { path: () => '/administration/templates/new', names: false },
  template: { path: ({ templateId }) => `/administration/templates/${templateId}`, names: true },
  'service levels': { path: () => '/administration/slas', names: false },
  'new service level': { path: () => '/administration/slas/new', names: false },
  'service level': { path: ({ slaId }) => `/administration/slas/${slaId}`, names: true },
  settings: { path: () => '/administration/settings', names: false },
  'API keys': { path: () => '/administration/api-keys', names: false },
  webhooks: { path: () => '/administration/webhooks', names: false },
  deliveries: { path: () => '/administration/deliveries', names: false },
  // What was sent is shown as JSON, which writes quotes and some letters in its own way.
  delivery: { path: ({ deliveryId }) => `/administration/deliveries/${deliveryId}`, names: false },
  audit: { path: () => '/administration/audit', names: false },
  import: { path: () => '/administration/import', names: false },
  panel: {
    path: ({ customerId, contactId, productId }) =>
      `/panel?customer=${customerId}&contact=${contactId}&product=${productId}&channel=email`,
    names: true,
  },
};
