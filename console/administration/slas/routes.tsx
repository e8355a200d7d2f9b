import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { textParam } from '../../data/search-params.ts';
import { shellRoute } from '../../frame/shell-route.ts';

/** The pages of service levels. `at` and `zone` hold the moment of the preview. */
const preview = ({ at, zone }: Record<string, unknown>) => ({ at: textParam(at), zone: textParam(zone) });

export const slaRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/slas',
    validateSearch: ({ cursor }: Record<string, unknown>) => ({ cursor: textParam(cursor) }),
    component: lazyRouteComponent(() => import('./slas-page.tsx'), 'SlasPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/slas/new',
    validateSearch: preview,
    component: lazyRouteComponent(() => import('./sla-page.tsx'), 'NewSlaPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/slas/$id',
    validateSearch: preview,
    component: lazyRouteComponent(() => import('./sla-page.tsx'), 'SlaPage'),
  }),
] as const;
