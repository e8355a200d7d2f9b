import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../frame/shell-route.ts';
import { readLedgerSearch, readReportSearch } from './report-search.ts';

/** The pages of reports. */
export const reportRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/reports',
    component: lazyRouteComponent(() => import('./reports-page.tsx'), 'ReportsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/reports/ledger',
    validateSearch: readLedgerSearch,
    component: lazyRouteComponent(() => import('./ledger-rows-page.tsx'), 'LedgerRowsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/reports/$name',
    validateSearch: readReportSearch,
    component: lazyRouteComponent(() => import('./report-page.tsx'), 'ReportPage'),
  }),
] as const;
