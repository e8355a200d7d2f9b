import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import express, { type NextFunction, type Request, type Response } from 'express';
import type postgres from 'postgres';
import { z } from 'zod';
import type { Activated, Attach, Decision, NewEntitlement, Settle } from './decisions.ts';
import { match, readCase, readEntitlement } from './reads.ts';

/** How a peer decides. Each answers after its decision is committed; undefined: what it is about is not there. */
export interface Decider {
  create(entitlement: NewEntitlement, key: string): Promise<void>;
  activate(id: string, key: string): Promise<Activated | undefined>;
  attach(attach: Attach): Promise<Decision | undefined>;
  settle(settle: Settle): Promise<Decision | undefined>;
}

const DAY_MS = 86_400_000;

const customerBody = z.object({ type: z.enum(['account', 'contact']), name: z.string().min(1).max(200) });
const entitlementBody = z.object({
  name: z.string().min(1).max(200),
  customerId: z.string().min(1).max(100),
  startDate: z.iso.date(),
  endDate: z.iso.date(),
  allocationType: z.literal('cases'),
  totalTerm: z.int().min(0),
  decreaseRemainingOn: z.literal('creation'),
  restrict: z.literal(true),
  channels: z.array(z.string().max(50)).nullish(),
  /** Instants in place of the dates: a measurement cannot wait for midnight. */
  startsAt: z.iso.datetime().optional(),
  endsAt: z.iso.datetime().optional(),
});
const caseBody = z.object({
  id: z.string().min(1).max(100),
  customerId: z.string().min(1).max(100),
  entitlementId: z.string().min(1).max(100),
  channel: z.string().max(50).nullish(),
});
const matchBody = z.object({ customerId: z.string().min(1).max(100), channel: z.string().max(50).nullish() });

/** The routes of Allot that the measurements use, on `sql` for what only reads and on `decider` for what decides. */
export function createPeerApp(sql: postgres.Sql, decider: Decider, apiKey: string): express.Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use(authenticated(apiKey), express.json({ limit: '100kb' }));
  app.put('/v1/customers/:id', async ({ params, body }, response) => {
    const { type, name } = customerBody.parse(body);
    const [made] = await sql<{ isNew: boolean }[]>`
      insert into customers (id, type, name) values (${params.id}, ${type}, ${name})
      on conflict (id) do update set type = excluded.type, name = excluded.name returning xmax = 0 as "isNew"`;
    response.status(made?.isNew === true ? 201 : 200).json({ id: params.id, type, name });
  });
  app.post('/v1/entitlements', async (request, response) => {
    const entitlement = newEntitlement(entitlementBody.parse(request.body), keyOf(request));
    await decider.create(entitlement, keyOf(request));
    response.status(201).json(await readEntitlement(sql, entitlement.id));
  });
  app.post('/v1/entitlements/:id/activate', async (request, response) => {
    const { id } = request.params;
    const activated = await decider.activate(id, keyOf(request));
    if (activated === undefined) problem(response, 409, 'wrong_state');
    else response.json(await readEntitlement(sql, id));
  });
  app.get('/v1/entitlements/:id', async ({ params }, response) =>
    found(response, await readEntitlement(sql, params.id)),
  );
  app.post('/v1/cases/match', async ({ body }, response) => {
    const { customerId, channel } = matchBody.parse(body);
    response.json(await match(sql, { customerId, channel: channel ?? null }));
  });
  app.post('/v1/cases', async (request, response) => {
    const { id: caseId, customerId, entitlementId, channel } = caseBody.parse(request.body);
    const key = keyOf(request);
    const decision = await decider.attach({ key, caseId, customerId, channel: channel ?? null, entitlementId });
    const isOther = decision !== undefined && (decision.caseId !== caseId || decision.entitlementId !== entitlementId);
    if (isOther) problem(response, 409, 'idempotency_conflict');
    else answer(response, 201, decision);
  });
  app.get('/v1/cases/:id', async ({ params }, response) => found(response, await readCase(sql, params.id)));
  for (const [path, kind] of [
    ['resolve', 'resolved'],
    ['cancel', 'case_canceled'],
  ] as const)
    app.post(`/v1/cases/:id/${path}`, async (request, response) => {
      const { id: caseId } = request.params;
      answer(response, 200, await decider.settle({ key: keyOf(request), caseId: String(caseId), kind }));
    });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (error instanceof z.ZodError) problem(response, 400, 'validation_failed', z.prettifyError(error));
    else {
      console.error(error);
      problem(response, 500, 'internal');
    }
  });
  return app;
}

function newEntitlement(body: z.infer<typeof entitlementBody>, key: string): NewEntitlement {
  return {
    // A repeated request makes the same entitlement.
    id: `ent_${createHash('sha256').update(key).digest('hex').slice(0, 24)}`,
    name: body.name,
    customerId: body.customerId,
    startsAt: new Date(body.startsAt ?? body.startDate),
    endsAt: body.endsAt === undefined ? new Date(Date.parse(body.endDate) + DAY_MS) : new Date(body.endsAt),
    total: body.totalTerm,
    channels: body.channels ?? null,
  };
}

/** Without a key each request gets one of its own. */
const keys = new WeakMap<Request, string>();
function keyOf(request: Request): string {
  const key = keys.get(request) ?? request.get('Idempotency-Key') ?? randomUUID();
  keys.set(request, key);
  return key;
}

function authenticated(apiKey: string) {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(`Bearer ${apiKey}`);
  return (request: Request, response: Response, next: NextFunction) => {
    if (timingSafeEqual(digest(request.get('Authorization') ?? ''), expected)) next();
    else problem(response, 401, 'unauthenticated');
  };
}

function found(response: Response, record: object | undefined): void {
  if (record === undefined) problem(response, 404, 'not_found');
  else response.json(record);
}

function answer(response: Response, status: number, decision: Decision | undefined): void {
  if (decision === undefined) problem(response, 404, 'not_found');
  else if (decision.refusal !== null)
    problem(response, ['conflict', 'wrong_state'].includes(decision.refusal) ? 409 : 422, decision.refusal);
  else {
    const { caseId, entitlementId, kind, seq, change, remaining } = decision;
    response.status(status).json({ id: caseId, entitlementId, kind, seq, change, remainingTerm: remaining });
  }
}

function problem(response: Response, status: number, code: string, detail: string = code): void {
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: `urn:allot:problem:${code}`, title: code, status, code, detail }));
}
