import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../frame/shell-route.ts';

/** The pages of cases. */
export const caseRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/cases',
    component: lazyRouteComponent(() => import('./cases-page.tsx'), 'CasesPage'),
  }),
] as const;
