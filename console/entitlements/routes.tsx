import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { textParam } from '../data/search-params.ts';
import { shellRoute } from '../frame/shell-route.ts';
import { listSearch } from './list-choices.ts';
import { recordSearch } from './record-search.ts';

/** The pages of entitlements. */
export const entitlementRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/entitlements',
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import('./list-page.tsx'), 'EntitlementsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/entitlements/new',
    validateSearch: ({ template, customer }: Record<string, unknown>) => ({
      template: textParam(template),
      customer: textParam(customer),
    }),
    component: lazyRouteComponent(() => import('./new-page.tsx'), 'NewEntitlementPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/entitlements/$id/edit',
    component: lazyRouteComponent(() => import('./edit-page.tsx'), 'EditEntitlementPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/entitlements/$id',
    validateSearch: recordSearch,
    component: lazyRouteComponent(() => import('./record-page.tsx'), 'EntitlementPage'),
  }),
] as const;
