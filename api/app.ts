import type { Client } from '@temporalio/client';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { createCaseContexts } from '../db/case-contexts.ts';
import type { Sql } from '../db/connect.ts';
import { createLedgerStore } from '../db/ledger.ts';
import { applyUnattached } from '../db/unattached-cases.ts';
import type { Logger } from '../runtime/logger.ts';
import { CasePath } from './case-path.ts';
import type { Endpoint, Parts } from './endpoint.ts';
import { EntitlementsGateway } from './entitlements-gateway.ts';
import { GroupCommit } from './group-commit.ts';
import { authenticate } from './middleware/authenticate.ts';
import { requireJson } from './middleware/require-json.ts';
import { openApiDocument } from './openapi.ts';
import { noSuchRoute, problemDetails } from './problem.ts';
import { bulkEndpoints } from './routes/bulk.ts';
import { caseListEndpoints } from './routes/case-list.ts';
import { caseEndpoints } from './routes/cases.ts';
import { docsRoutes } from './routes/docs.ts';
import { entitlementEndpoints } from './routes/entitlements.ts';
import { createMetrics, healthRoutes } from './routes/health.ts';
import { ledgerEndpoints } from './routes/ledger.ts';
import { contactEndpoints, customerEndpoints, productEndpoints } from './routes/records.ts';
import { settingsEndpoints } from './routes/settings.ts';

/** A thousand case events with long ids fit; anything larger is refused. */
const BODY_LIMIT = '1mb';

export interface AppParts {
  readonly sql: Sql;
  readonly client: Client;
  readonly taskQueue: string;
  readonly log: Logger;
}

/** Every route of the API, in the order of the documentation; the router looks in this order too, and cases come often. */
export const endpointsOf = (parts: Parts): readonly Endpoint[] => [
  ...caseEndpoints(parts),
  ...caseListEndpoints(parts),
  ...entitlementEndpoints(parts),
  ...ledgerEndpoints(parts),
  ...customerEndpoints(parts),
  ...contactEndpoints(parts),
  ...productEndpoints(parts),
  ...bulkEndpoints(parts),
  ...settingsEndpoints(parts),
];

export function createApp({ sql, client, taskQueue, log }: AppParts): Express {
  const store = createLedgerStore(sql);
  const gateway = new EntitlementsGateway({ client, taskQueue, store });
  const casePath = new CasePath({
    contexts: createCaseContexts(sql),
    groupCommit: new GroupCommit(gateway, store),
    unattached: (event) => applyUnattached(sql, event, new Date()),
  });
  const endpoints = endpointsOf({ sql, gateway, casePath });
  const { registry, timed } = createMetrics();

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(helmet.xContentTypeOptions());
  app.use('/v1', authenticate(sql), requireJson, express.json({ limit: BODY_LIMIT }));
  for (const { method, path, handle } of endpoints) {
    app[method](path.replaceAll(/\{(\w+)\}/g, ':$1'), timed(`${method} ${path}`), handle);
  }
  app.use(healthRoutes({ sql, client, taskQueue }, registry));
  app.use(docsRoutes(openApiDocument(endpoints)));
  app.use(noSuchRoute);
  app.use(problemDetails(log));
  return app;
}
