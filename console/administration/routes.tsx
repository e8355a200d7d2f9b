import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../frame/shell-route.ts';
import { slaRoutes } from './slas/routes.tsx';
import { templateRoutes } from './templates/routes.tsx';

/** The pages of administration. */
export const administrationRoutes = [
  ...templateRoutes,
  ...slaRoutes,
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration',
    component: lazyRouteComponent(() => import('./administration-page.tsx'), 'AdministrationPage'),
  }),
] as const;
