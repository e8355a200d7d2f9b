import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { textParam } from '../data/search-params.ts';
import { rootRoute } from './shell-route.ts';

/** The pages of people who are not signed in yet. */
export const signInRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sign-in',
    validateSearch: ({ window }: Record<string, unknown>) => ({ window: textParam(window) }),
    component: lazyRouteComponent(() => import('../sign-in/window-page.tsx'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sign-in/callback',
    component: lazyRouteComponent(() => import('../sign-in/callback-page.tsx'), 'CallbackPage'),
  }),
] as const;
