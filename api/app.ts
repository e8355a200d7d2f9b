import type { Client } from '@temporalio/client';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { findApiKey } from '../db/access/api-keys.ts';
import { createCaseContexts } from '../db/cases/case-contexts.ts';
import { createOffers } from '../db/cases/offers.ts';
import { applyUnattached } from '../db/cases/unattached-cases.ts';
import { readHolds } from '../db/clocks/clock-facts.ts';
import { createNamedRecords } from '../db/directory/named-records.ts';
import type { Sql } from '../db/postgres/sql.ts';
import { findRenewal } from '../db/renewals/renewals.ts';
import { successorRecords } from '../db/renewals/successor-records.ts';
import { createSlaReader } from '../db/slas/slas.ts';
import type { Logger } from '../runtime/logger.ts';
import { EntitlementsGateway } from '../temporal/entitlements-gateway.ts';
import { RenewalsGateway } from '../temporal/renewals-gateway.ts';
import { SuccessorMaker } from '../temporal/successor-maker.ts';
import type { LedgerStore } from '../workflows/entitlements/ports.ts';
import { apiKeyEndpoints } from './access/api-key-routes.ts';
import { auditEndpoints } from './access/audit-routes.ts';
import { authenticate } from './access/authenticate.ts';
import { BearerTokens } from './access/bearer-tokens.ts';
import { KnownKeys } from './access/known-keys.ts';
import { type MeServices, meEndpoints, type TemporalUi } from './access/me-routes.ts';
import { settingsEndpoints } from './access/settings-routes.ts';
import type { TokenSettings } from './access/token-settings.ts';
import { amendmentEndpoints } from './amendments/amendment-routes.ts';
import { pauseEndpoints } from './amendments/pause-routes.ts';
import { CaseChanges } from './cases/case-changes.ts';
import { CasePath } from './cases/case-path.ts';
import { GroupCommit } from './cases/group-commit.ts';
import { caseListEndpoints } from './cases/list-routes.ts';
import { matchEndpoints } from './cases/match-routes.ts';
import { caseEndpoints } from './cases/routes.ts';
import type { CaseServices } from './cases/services.ts';
import { clockEndpoints } from './clocks/routes.ts';
import { consoleRoutes } from './console/routes.ts';
import type { ConsoleSettings } from './console/settings.ts';
import { deliveryEndpoints } from './deliveries/routes.ts';
import { webhookEndpoints } from './deliveries/webhook-routes.ts';
import { bulkEndpoints } from './directory/bulk-routes.ts';
import { contactEndpoints, customerEndpoints, productEndpoints } from './directory/routes.ts';
import { entitlementEndpoints } from './entitlements/routes.ts';
import { templateEndpoints } from './entitlements/template-routes.ts';
import { termEndpoints } from './entitlements/term-routes.ts';
import { usageEndpoints } from './entitlements/usage-routes.ts';
import { homeEndpoints } from './home/routes.ts';
import { createAccessLog } from './http/access-log.ts';
import { answerInTime } from './http/answer-in-time.ts';
import { docsRoutes } from './http/docs.ts';
import type { Endpoint } from './http/endpoint.ts';
import { healthRoutes } from './http/health.ts';
import { timed } from './http/http-metrics.ts';
import { countBody, LISTS, readBody, refuseLargeBody } from './http/limit-body.ts';
import { FailedAuthentications, limitRequests } from './http/limit-requests.ts';
import type { LimitSettings } from './http/limit-settings.ts';
import { methodNotAllowed } from './http/method-not-allowed.ts';
import { openApiDocument } from './http/openapi.ts';
import { noSuchRoute, problemDetails } from './http/problem-details.ts';
import { requireJson } from './http/require-json.ts';
import { requirePathId } from './http/require-path-id.ts';
import { requireRole } from './http/require-role.ts';
import { requireValidKey } from './http/require-valid-key.ts';
import { traceRequests, traceRoute } from './http/trace-requests.ts';
import { WorkLimit } from './http/work-limit.ts';
import { ledgerEndpoints } from './ledger/routes.ts';
import { opportunityEndpoints } from './renewals/opportunity-routes.ts';
import { renewalEndpoints } from './renewals/routes.ts';
import type { RenewalServices } from './renewals/services.ts';
import { reportEndpoints } from './reports/routes.ts';
import { slaEndpoints } from './slas/routes.ts';

/** The most lists of case events under way: the body of one has up to 6 MB. */
const MAX_LISTS_UNDER_WAY = 100;

export interface AppParts {
  readonly sql: Sql;
  /** For what the case path looks up; see `connectForLookups`. */
  readonly lookups: Sql;
  /** Writes the decisions of entitlements to the ledger. */
  readonly store: LedgerStore;
  readonly client: Client;
  readonly taskQueue: string;
  readonly log: Logger;
  /** Null where no issuer of tokens is configured. */
  readonly tokens: TokenSettings | null;
  /** Whether a webhook's URL may be http or have a private address. */
  readonly allowPrivateWebhooks: boolean;
  readonly limits: LimitSettings;
  /** How people sign in to the console, and who may frame its panel. */
  readonly consoleSettings: ConsoleSettings;
  /** Null where no Temporal UI is configured. */
  readonly temporalUi: TemporalUi | null;
}

/** What all routes together need. */
interface AllServices extends CaseServices, RenewalServices, MeServices {
  readonly keys: KnownKeys;
  /** Whether a webhook's URL may be http or have a private address. */
  readonly allowPrivateWebhooks: boolean;
}

/**
 * Every route of the API, in the order of the documentation. The router tries them in this order, so the busiest come
 * first.
 */
export const endpointsOf = (services: AllServices): readonly Endpoint[] => [
  ...caseEndpoints(services),
  ...matchEndpoints(services),
  ...caseListEndpoints(services),
  ...clockEndpoints(services),
  ...entitlementEndpoints(services),
  ...termEndpoints(services),
  ...pauseEndpoints(services),
  ...amendmentEndpoints(services),
  ...usageEndpoints(services),
  ...ledgerEndpoints(services),
  ...renewalEndpoints(services),
  ...customerEndpoints(services),
  ...contactEndpoints(services),
  ...productEndpoints(services),
  ...slaEndpoints(services),
  ...templateEndpoints(services),
  ...opportunityEndpoints(services),
  ...bulkEndpoints(services),
  ...settingsEndpoints(services),
  ...apiKeyEndpoints(services),
  ...webhookEndpoints(services),
  ...deliveryEndpoints(services),
  ...auditEndpoints(services),
  ...reportEndpoints(services),
  ...meEndpoints(services),
  ...homeEndpoints(services),
];

export function createApp(parts: AppParts): Express {
  const {
    sql,
    lookups,
    store,
    client,
    taskQueue,
    log,
    tokens,
    allowPrivateWebhooks,
    limits,
    consoleSettings,
    temporalUi,
  } = parts;
  const gateway = new EntitlementsGateway({ client, taskQueue, store });
  const reads = { contexts: createCaseContexts(lookups), offers: createOffers(lookups) };
  const casePath = new CasePath({
    ...reads,
    groupCommit: new GroupCommit(gateway),
    finishMove: (move) => gateway.finishMove(move),
    unattached: (event, why, by) => applyUnattached(sql, event, new Date(), { why, by }),
  });
  const caseChanges = new CaseChanges(casePath, {
    offers: reads.offers,
    writeUnwritten: (id, caseId) => gateway.writeUnwritten(id, caseId),
    holds: (caseId) => readHolds(sql, caseId),
  });
  const keys = new KnownKeys((key) => findApiKey(sql, key), {
    onEndingSoon: ({ id, name, expiresAt }) => log.warn({ keyId: id, name, expiresAt }, 'an API key ends soon'),
  });
  const endpoints = endpointsOf({
    sql,
    gateway,
    successors: new SuccessorMaker(gateway, successorRecords(sql)),
    casePath,
    caseChanges,
    keys,
    renewals: new RenewalsGateway({ client, taskQueue, find: (id) => findRenewal(sql, id) }),
    allowPrivateWebhooks,
    temporalUi,
    caseReads: { ...reads, named: createNamedRecords(lookups), slas: createSlaReader(sql) },
  });

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', limits.trustProxy);
  app.use(helmet.xContentTypeOptions());
  const bearerTokens = tokens === null ? null : new BearerTokens(tokens);
  app.use('/v1', traceRequests);
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
  for (const { method, path, roles, onceOnly = false, handle } of endpoints) {
    const route = path.replaceAll(/\{(\w+)\}/g, ':$1');
    const limit = path === LISTS ? lists : work;
    const named = [timed(`${method} ${path}`), traceRoute(`${method.toUpperCase()} ${path}`)];
    app[method](
      route,
      ...named,
      requireRole(roles),
      requirePathId,
      requireValidKey({ onceOnly }),
      limit.counted(handle),
    );
  }
  app.use(healthRoutes({ sql, client, taskQueue }));
  app.use(docsRoutes(openApiDocument(endpoints)));
  app.use(consoleRoutes(consoleSettings));
  app.use(methodNotAllowed(app));
  app.use(noSuchRoute);
  app.use(problemDetails(log, createAccessLog(log)));
  return app;
}

/** No answer may be cached, refusals included: each is for its caller, and true only now. */
const neverStored: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};
