import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneOf, textParam } from '../data/search-params.ts';
import { shellRoute } from '../frame/shell-route.ts';
import { DELIVERY_KINDS, DELIVERY_STATUSES, EVENT_TYPES } from './deliveries/delivery-choices.ts';
import { IMPORT_KINDS } from './import/import-choices.ts';
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
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/settings',
    component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/api-keys',
    validateSearch: ({ cursor, dialog, rotate, revoke }: Record<string, unknown>) => ({
      cursor: textParam(cursor),
      dialog: oneOf(['create'], dialog),
      rotate: textParam(rotate),
      revoke: textParam(revoke),
    }),
    component: lazyRouteComponent(() => import('./api-keys/api-keys-page.tsx'), 'ApiKeysPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/webhooks',
    validateSearch: ({ dialog, edit, rotate, remove }: Record<string, unknown>) => ({
      dialog: oneOf(['create'], dialog),
      edit: textParam(edit),
      rotate: textParam(rotate),
      remove: textParam(remove),
    }),
    component: lazyRouteComponent(() => import('./webhooks/webhooks-page.tsx'), 'WebhooksPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/deliveries',
    validateSearch: ({ kind, status, type, webhook, record, cursor }: Record<string, unknown>) => ({
      kind: oneOf(DELIVERY_KINDS, kind),
      status: oneOf(DELIVERY_STATUSES, status),
      type: oneOf(EVENT_TYPES, type),
      webhook: textParam(webhook),
      record: textParam(record),
      cursor: textParam(cursor),
    }),
    component: lazyRouteComponent(() => import('./deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/deliveries/$id',
    validateSearch: ({ dialog }: Record<string, unknown>) => ({ dialog: oneOf(['redeliver'], dialog) }),
    component: lazyRouteComponent(() => import('./deliveries/delivery-page.tsx'), 'DeliveryPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/audit',
    validateSearch: ({ type, record, by, action, since, until, entry, cursor }: Record<string, unknown>) => ({
      type: textParam(type),
      record: textParam(record),
      by: textParam(by),
      action: textParam(action),
      since: textParam(since),
      until: textParam(until),
      entry: textParam(entry),
      cursor: textParam(cursor),
    }),
    component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/administration/import',
    validateSearch: ({ kind }: Record<string, unknown>) => ({ kind: oneOf(IMPORT_KINDS, kind) }),
    component: lazyRouteComponent(() => import('./import/import-page.tsx'), 'ImportPage'),
  }),
] as const;
