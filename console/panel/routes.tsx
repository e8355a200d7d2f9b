import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { textParam } from '../data/search-params.ts';
import { rootRoute } from '../frame/shell-route.ts';
import type { PanelContext } from './context.ts';

/** The agent panel, which other systems frame. */
export const panelRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/panel',
    validateSearch: (given: Record<string, unknown>): PanelContext => ({
      customer: textParam(given.customer),
      contact: textParam(given.contact),
      product: textParam(given.product),
      channel: textParam(given.channel),
      case: textParam(given.case),
    }),
    component: lazyRouteComponent(() => import('./panel-page.tsx'), 'PanelPage'),
  }),
] as const;
