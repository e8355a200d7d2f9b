import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneOf, textParam } from '../data/search-params.ts';
import { shellRoute } from '../frame/shell-route.ts';
import { DECISIONS } from './decisions.ts';
import { OPEN, SORTS, VIEWS } from './list-choices.ts';
import { STAGES } from './words.ts';

/** The pages of renewals. The links of the mails lead to the page of one, and name a decision: `?decide=accept`. */
export const renewalRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/renewals',
    validateSearch: ({ view, open, stage, customer, sort, cursor }: Record<string, unknown>) => ({
      view: oneOf(VIEWS, view),
      open: oneOf(OPEN, open),
      stage: oneOf(STAGES, stage),
      customer: textParam(customer),
      sort: oneOf(SORTS, sort),
      cursor: textParam(cursor),
    }),
    component: lazyRouteComponent(() => import('./list-page.tsx'), 'RenewalsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/renewals/$id',
    validateSearch: ({ decide }: Record<string, unknown>) => ({ decide: oneOf(DECISIONS, decide) }),
    component: lazyRouteComponent(() => import('./record-page.tsx'), 'RenewalPage'),
  }),
] as const;
