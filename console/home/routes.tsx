import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneOf } from '../data/search-params.ts';
import { shellRoute } from '../frame/shell-route.ts';
import { FIGURE_NAMES, type Figure } from './figure-words.ts';

interface HomeSearch {
  readonly figure?: Figure['name'] | undefined;
}

/** The pages of the work of the day. `figure` names the figure whose weeks are shown as a table. */
export const homeRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/',
    validateSearch: ({ figure }: Record<string, unknown>): HomeSearch => ({ figure: oneOf(FIGURE_NAMES, figure) }),
    component: lazyRouteComponent(() => import('./home-page.tsx'), 'HomePage'),
  }),
] as const;
