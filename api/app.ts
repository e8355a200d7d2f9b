import type { Client } from '@temporalio/client';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { LedgerStore } from '../activities/entitlement.ts';
import { createCaseContexts } from '../db/case-contexts.ts';
import type { Sql } from '../db/connect.ts';
import { createNamedRecords } from '../db/named-records.ts';
import { createOffers } from '../db/offers.ts';
import { applyUnattached } from '../db/unattached-cases.ts';
import { EntitlementsGateway } from '../gateway/entitlements-gateway.ts';
import { RenewalsGateway } from '../gateway/renewals-gateway.ts';
import type { LimitSettings } from '../runtime/limit-settings.ts';
import type { Logger } from '../runtime/logger.ts';
import type { TokenSettings } from '../runtime/token-settings.ts';
import { createAccessLog } from './access-log.ts';
import { BearerTokens } from './bearer-tokens.ts';
import { CaseChanges } from './case-changes.ts';
import { CasePath } from './case-path.ts';
import type { Endpoint, Parts } from './endpoint.ts';
import { GroupCommit } from './group-commit.ts';
import { KnownKeys } from './known-keys.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { answerInTime } from './middleware/answer-in-time.ts';
import { authenticate } from './middleware/authenticate.ts';
import { countBody, LISTS, readBody, refuseLargeBody } from './middleware/limit-body.ts';
import { FailedAuthentications, limitRequests } from './middleware/limit-requests.ts';
import { refuseQuery } from './middleware/refuse-query.ts';
import { requireJson } from './middleware/require-json.ts';
import { requirePathId } from './middleware/require-path-id.ts';
import { requireRole } from './middleware/require-role.ts';
import { openApiDocument } from './openapi.ts';
import { noSuchRoute, problemDetails } from './problem-details.ts';
import { apiKeyEndpoints } from './routes/api-keys.ts';
import { auditEndpoints } from './routes/audit.ts';
import { bulkEndpoints } from './routes/bulk.ts';
import { caseListEndpoints } from './routes/case-list.ts';
import { caseEndpoints } from './routes/cases.ts';
import { deliveryEndpoints } from './routes/deliveries.ts';
import { docsRoutes } from './routes/docs.ts';
import { entitlementEndpoints } from './routes/entitlements.ts';
import { createMetrics, healthRoutes } from './routes/health.ts';
import { ledgerEndpoints } from './routes/ledger.ts';
import { matchEndpoints } from './routes/match.ts';
import { opportunityEndpoints } from './routes/opportunities.ts';
import { contactEndpoints, customerEndpoints, productEndpoints } from './routes/records.ts';
import { renewalPageRoutes } from './routes/renewal-page.ts';
import { renewalEndpoints } from './routes/renewals.ts';
import { reportEndpoints } from './routes/reports.ts';
import { settingsEndpoints } from './routes/settings.ts';
import { slaEndpoints } from './routes/slas.ts';
import { templateEndpoints } from './routes/templates.ts';
import { termEndpoints } from './routes/terms.ts';
import { webhookEndpoints } from './routes/webhooks.ts';
import { WorkLimit } from './work-limit.ts';

/** Lists of case events at a time: a body of one has up to 6 MB. */
const MAX_LISTS_UNDER_WAY = 100;

export interface AppParts {
  readonly sql: Sql;
  /** Where decisions are written. */
  readonly store: LedgerStore;
  readonly client: Client;
  readonly taskQueue: string;
  readonly log: Logger;
  /** Null where no issuer of tokens is set. */
  readonly tokens: TokenSettings | null;
  /** Webhooks may be http, and lead to private addresses. */
  readonly allowPrivateWebhooks: boolean;
  readonly limits: LimitSettings;
}

/** Every route of the API, in the order of the documentation; the router looks in this order too, and cases come often. */
export const endpointsOf = (parts: Parts): readonly Endpoint[] => [
  ...caseEndpoints(parts),
  ...matchEndpoints(parts),
  ...caseListEndpoints(parts),
  ...entitlementEndpoints(parts),
  ...termEndpoints(parts),
  ...ledgerEndpoints(parts),
  ...renewalEndpoints(parts),
  ...customerEndpoints(parts),
  ...contactEndpoints(parts),
  ...productEndpoints(parts),
  ...slaEndpoints(parts),
  ...templateEndpoints(parts),
  ...opportunityEndpoints(parts),
  ...bulkEndpoints(parts),
  ...settingsEndpoints(parts),
  ...apiKeyEndpoints(parts),
  ...webhookEndpoints(parts),
  ...deliveryEndpoints(parts),
  ...auditEndpoints(parts),
  ...reportEndpoints(parts),
];

export function createApp(parts: AppParts): Express {
  const { sql, store, client, taskQueue, log, tokens, allowPrivateWebhooks, limits } = parts;
  const gateway = new EntitlementsGateway({ client, taskQueue, store });
  const reads = { contexts: createCaseContexts(sql), offers: createOffers(sql) };
  const casePath = new CasePath({
    ...reads,
    groupCommit: new GroupCommit(gateway, store),
    finishMove: (move) => gateway.finishMove(move),
    unattached: (event, why, by) => applyUnattached(sql, event, new Date(), { why, by }),
  });
  const caseChanges = new CaseChanges(casePath, {
    offers: reads.offers,
    writeUnwritten: (id, caseId) => gateway.writeUnwritten(id, caseId),
  });
  const keys = new KnownKeys(sql);
  const endpoints = endpointsOf({
    sql,
    gateway,
    casePath,
    caseChanges,
    keys,
    renewals: new RenewalsGateway({ client, taskQueue, sql }),
    allowPrivateWebhooks,
    caseReads: { ...reads, named: createNamedRecords(sql) },
  });
  const { registry, timed } = createMetrics();

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', limits.trustProxy);
  app.use(helmet.xContentTypeOptions());
  const bearerTokens = tokens === null ? null : new BearerTokens(tokens);
  const work = new WorkLimit();
  const lists = new WorkLimit(MAX_LISTS_UNDER_WAY);
  app.use(
    '/v1',
    answerInTime,
    neverStored,
    refuseLargeBody,
    work.counted(authenticate({ keys, tokens: bearerTokens, failures: new FailedAuthentications(limits, log) })),
    ...limitRequests(limits, log),
    requireJson,
    countBody,
    readBody,
  );
  for (const { method, path, roles, query, handle } of endpoints) {
    const route = path.replaceAll(/\{(\w+)\}/g, ':$1');
    const limit = path === LISTS ? lists : work;
    const checks = [requireRole(roles), requirePathId, ...(query === undefined ? [refuseQuery] : [])];
    app[method](route, timed(`${method} ${path}`), ...checks, limit.counted(handle));
  }
  app.use(healthRoutes({ sql, client, taskQueue }, registry));
  app.use(renewalPageRoutes());
  app.use(docsRoutes(openApiDocument(endpoints)));
  app.use(methodNotAllowed(app));
  app.use(noSuchRoute);
  app.use(problemDetails(log, createAccessLog(log, registry)));
  return app;
}

/** What the API answers is for the caller alone, and only now: refusals too. */
const neverStored: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};
