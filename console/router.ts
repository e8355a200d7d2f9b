import { createRouter } from '@tanstack/react-router';
import { administrationRoutes } from './administration/routes.tsx';
import { caseRoutes } from './cases/routes.tsx';
import { customerRoutes } from './customers/routes.tsx';
import { parseSearch, stringifySearch } from './data/search-params.ts';
import { entitlementRoutes } from './entitlements/routes.tsx';
import { PageFailure } from './frame/page-failure.tsx';
import { rootRoute, shellRoute } from './frame/shell-route.ts';
import { signInRoutes } from './frame/sign-in-routes.ts';
import { homeRoutes } from './home/routes.tsx';
import { panelRoutes } from './panel/routes.tsx';
import { renewalRoutes } from './renewals/routes.tsx';
import { reportRoutes } from './reports/routes.tsx';

const routeTree = rootRoute.addChildren([
  shellRoute.addChildren([
    ...homeRoutes,
    ...entitlementRoutes,
    ...customerRoutes,
    ...caseRoutes,
    ...renewalRoutes,
    ...reportRoutes,
    ...administrationRoutes,
  ]),
  ...signInRoutes,
  ...panelRoutes,
]);

/** All pages by their addresses. A page is loaded when a pointer rests on its link. */
export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailure,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
