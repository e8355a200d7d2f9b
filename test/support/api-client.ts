import { inject } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { checkAnswer } from './answer-schemas.ts';
import { termInput } from './term-input.ts';
import { unique } from './unique.ts';

/** An answer of the API: status, headers and what it says. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

interface Options {
  readonly key?: string;
  readonly headers?: Record<string, string>;
}

/**
 * Asks the API under test; a body that is a string is sent as it is. A success must be what /openapi.json says of it.
 */
export async function ask<Body = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  { key, headers = {} }: Options = {},
): Promise<Answer<Body>> {
  const response = await fetch(inject('apiUrl') + path, {
    method,
    headers: {
      authorization: `Bearer ${inject('apiKey')}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const answered: unknown = text === '' ? undefined : JSON.parse(text);
  await checkAnswer(method, path, response.status, answered);
  return { status: response.status, headers: response.headers, body: (answered ?? {}) as Body };
}

/** A customer of its own for one test. */
export async function aCustomer(more: Record<string, unknown> = {}): Promise<string> {
  const id = unique('customer');
  const { status } = await ask('PUT', `/v1/customers/${id}`, { type: 'account', name: `Customer ${id}`, ...more });
  if (status !== 201) throw new Error(`the customer was not made: ${status}`);
  return id;
}

const TRIES = 5;

/** As a caller does: asks again with the same key while a busy machine answers `unavailable`. */
async function askUntilAnswered<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
  const key = unique('made');
  for (let tries = 1; ; tries += 1) {
    const answer = await ask<Body>(method, path, body, { key });
    if (answer.status !== 503 || tries === TRIES) return answer;
  }
}

/** A draft of the customer's, from `termInput`. */
export async function aDraft(customerId: string, more: Record<string, unknown> = {}): Promise<EntitlementView> {
  const input = termInput(customerId, more);
  const { status, body } = await askUntilAnswered<EntitlementView>('POST', '/v1/entitlements', input);
  if (status !== 201) throw new Error(`the draft was not made: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** The same, activated. */
export async function anActive(customerId: string, more: Record<string, unknown> = {}): Promise<EntitlementView> {
  const { id } = await aDraft(customerId, more);
  const { status, body } = await askUntilAnswered<EntitlementView>('POST', `/v1/entitlements/${id}/activate`);
  if (status !== 200) throw new Error(`not activated: ${status} ${JSON.stringify(body)}`);
  return body;
}

export const entitlement = async (id: string): Promise<EntitlementView> =>
  (await ask<EntitlementView>('GET', `/v1/entitlements/${id}`)).body;

export interface RowView {
  seq: number;
  kind: string;
  caseId: string | null;
  change: number;
  remainingAfter: number | null;
  refusal: string | null;
  key: string | null;
  who: string;
  why: string | null;
  when: string;
}

/** All rows of an entitlement's ledger. */
export async function ledger(id: string): Promise<RowView[]> {
  const rows: RowView[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: Answer<RowPage> = await ask('GET', `/v1/entitlements/${id}/ledger?limit=200${query}`);
    rows.push(...page.body.items);
    cursor = page.body.nextCursor;
  } while (cursor !== null);
  return rows;
}

interface RowPage {
  items: RowView[];
  nextCursor: string | null;
}

/** RFC 9457 problem details, as every refusal comes. */
export interface ProblemView {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  instance: string;
  errors?: { field: string; message: string }[];
}

/** A case's answer, or why there is none. */
export interface CaseView extends Partial<ProblemView> {
  id: string;
  entitlementId: string | null;
  entitlementReason: string;
  minutes: number;
  decrementEntitlementTerm: boolean;
  seq: number | null;
  change: number;
  remainingTerm: number | null;
}

/** Posts a case of the customer with the entitlement named; `more` may say its id and what else is known. */
export const attach = (
  { id, customerId }: { readonly id: string; readonly customerId: string },
  more: Record<string, unknown> = {},
  options: Options = {},
): Promise<Answer<CaseView>> =>
  ask('POST', '/v1/cases', { id: unique('case'), customerId, entitlementId: id, ...more }, options);

export type CaseAction = 'resolve' | 'cancel' | 'reactivate' | 'decrement';

export const onCase = (
  caseId: string,
  action: CaseAction,
  body: Record<string, unknown> = {},
  options: Options = {},
): Promise<Answer<CaseView>> => ask('POST', `/v1/cases/${caseId}/${action}`, body, options);

/** One result of POST /v1/case-events. */
export interface ResultView {
  key: string;
  caseId: string;
  outcome: 'accepted' | 'refused';
  repeated: boolean;
  entitlementId: string | null;
  seq: number | null;
  change: number;
  remainingTerm: number | null;
  code?: string;
}

export async function caseEvents(events: readonly Record<string, unknown>[]): Promise<ResultView[]> {
  const { status, body } = await ask<{ results: ResultView[] }>('POST', '/v1/case-events', { events });
  if (status !== 200) throw new Error(`the events were not taken: ${status} ${JSON.stringify(body)}`);
  return body.results;
}

/** Rows that cases made, as kind and change. */
export const caseRows = async (id: string): Promise<[string, number][]> =>
  (await ledger(id)).filter(({ caseId }) => caseId !== null).map(({ kind, change }) => [kind, change]);
