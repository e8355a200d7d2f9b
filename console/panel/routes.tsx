import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../frame/shell-route.ts';

/** The pages of the agent panel. */
export const panelRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/panel',
    component: lazyRouteComponent(() => import('./panel-page.tsx'), 'PanelPage'),
  }),
] as const;
