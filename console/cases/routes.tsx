import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneOf, textParam } from '../data/search-params.ts';
import { shellRoute } from '../frame/shell-route.ts';
import { CASE_DIALOGS, type CaseDialog, type CaseListSearch, SORTS, STATUSES } from './list-choices.ts';

interface CaseSearch {
  readonly dialog?: CaseDialog | undefined;
}

/** The pages of cases. */
export const caseRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/cases',
    validateSearch: (given: Record<string, unknown>): CaseListSearch => ({
      q: textParam(given.q),
      status: oneOf(STATUSES, given.status),
      customer: textParam(given.customer),
      entitlement: textParam(given.entitlement),
      channel: textParam(given.channel),
      without: oneOf(['true'] as const, given.without),
      risk: oneOf(['true'] as const, given.risk),
      sort: oneOf(SORTS, given.sort),
      cursor: textParam(given.cursor),
    }),
    component: lazyRouteComponent(() => import('./list-page.tsx'), 'CasesPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/cases/new',
    validateSearch: ({ customer, contact, product, channel, entitlement }: Record<string, unknown>) => ({
      customer: textParam(customer),
      contact: textParam(contact),
      product: textParam(product),
      channel: textParam(channel),
      entitlement: textParam(entitlement),
    }),
    component: lazyRouteComponent(() => import('./new-case-page.tsx'), 'NewCasePage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/cases/$id',
    validateSearch: ({ dialog }: Record<string, unknown>): CaseSearch => ({ dialog: oneOf(CASE_DIALOGS, dialog) }),
    component: lazyRouteComponent(() => import('./case-page.tsx'), 'CasePage'),
  }),
] as const;
