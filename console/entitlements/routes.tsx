import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneOf, textParam } from '../data/search-params.ts';
import { shellRoute } from '../frame/shell-route.ts';
import { SORTS, VIEWS } from './list-choices.ts';
import { recordSearch } from './record-search.ts';

/** The pages of entitlements. */
export const entitlementRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/entitlements',
    validateSearch: ({ view, q, sort, customer, cursor }: Record<string, unknown>) => ({
      view: oneOf(VIEWS, view),
      q: textParam(q),
      sort: oneOf(SORTS, sort),
      customer: textParam(customer),
      cursor: textParam(cursor),
    }),
    component: lazyRouteComponent(() => import('./list-page.tsx'), 'EntitlementsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/entitlements/$id',
    validateSearch: recordSearch,
    component: lazyRouteComponent(() => import('./record-page.tsx'), 'EntitlementPage'),
  }),
] as const;
