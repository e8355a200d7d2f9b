import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../frame/shell-route.ts';

/** The pages of renewals. */
export const renewalRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/renewals',
    component: lazyRouteComponent(() => import('./renewals-page.tsx'), 'RenewalsPage'),
  }),
] as const;
