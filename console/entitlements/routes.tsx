import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneOf, textParam } from '../data/search-params.ts';
import { shellRoute } from '../frame/shell-route.ts';
import { SORTS, VIEWS } from './list-choices.ts';

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
] as const;
