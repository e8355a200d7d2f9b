import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { textParam } from '../../data/search-params.ts';
import { shellRoute } from '../../frame/shell-route.ts';

/** The pages of templates. `remove` names the template that the dialog is about to delete. */
export const templateRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/templates',
    validateSearch: ({ cursor, remove }: Record<string, unknown>) => ({
      cursor: textParam(cursor),
      remove: textParam(remove),
    }),
    component: lazyRouteComponent(() => import('./templates-page.tsx'), 'TemplatesPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/templates/new',
    component: lazyRouteComponent(() => import('./template-page.tsx'), 'NewTemplatePage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/templates/$id',
    component: lazyRouteComponent(() => import('./template-page.tsx'), 'TemplatePage'),
  }),
] as const;
