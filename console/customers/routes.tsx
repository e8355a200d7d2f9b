import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneOf, textParam } from '../data/search-params.ts';
import { shellRoute } from '../frame/shell-route.ts';
import { CUSTOMER_DIALOGS, SORTS } from './list-choices.ts';

interface CustomerSearch {
  readonly dialog?: (typeof CUSTOMER_DIALOGS)[number] | undefined;
  readonly contact?: string | undefined;
}

/** The pages of customers and products. */
export const customerRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/customers',
    validateSearch: ({ q, tier, manager, sort, cursor, dialog }: Record<string, unknown>) => ({
      q: textParam(q),
      tier: textParam(tier),
      manager: textParam(manager),
      sort: oneOf(SORTS, sort),
      cursor: textParam(cursor),
      dialog: oneOf(['new'] as const, dialog),
    }),
    component: lazyRouteComponent(() => import('./customers-page.tsx'), 'CustomersPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/customers/$id',
    validateSearch: ({ dialog, contact }: Record<string, unknown>): CustomerSearch => ({
      dialog: oneOf(CUSTOMER_DIALOGS, dialog),
      contact: textParam(contact),
    }),
    component: lazyRouteComponent(() => import('./customer-page.tsx'), 'CustomerPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/products',
    validateSearch: ({ q, family, sort, cursor, dialog, product }: Record<string, unknown>) => ({
      q: textParam(q),
      family: textParam(family),
      sort: oneOf(SORTS, sort),
      cursor: textParam(cursor),
      dialog: oneOf(['new', 'edit'] as const, dialog),
      product: textParam(product),
    }),
    component: lazyRouteComponent(() => import('./products-page.tsx'), 'ProductsPage'),
  }),
] as const;
