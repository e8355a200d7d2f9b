import type { Request, Response } from 'express';
import type { z } from 'zod';
import { findCase } from '../../db/cases.ts';
import type { Sight } from '../../db/sight.ts';
import { NONE_NAMED } from '../../db/unattached-cases.ts';
import { entitlementId } from '../../domain/ids.ts';
import { MAY, PRIVILEGES } from '../../domain/roles.ts';
import type { CaseInput, CaseOutcome } from '../case-path.ts';
import type { Endpoint, Parts } from '../endpoint.ts';
import { requirePrivilege, sightOf } from '../identity.ts';
import { Problem, problem } from '../problem.ts';
import { bodyOf, callerOf, idOf, keyOf } from '../request.ts';
import { caseBody, caseEventsBody, casePatch, emptyBody, resolveBody } from '../schemas.ts';

const TAG = 'Cases';
const ATTACH_REFUSALS = [
  'not_active',
  'not_started',
  'expired',
  'canceled',
  'exhausted',
  'channel_exhausted',
  'channel_not_covered',
  'product_not_covered',
  'contact_not_covered',
  'contact_of_other_customer',
  'customer_mismatch',
] as const;

export const caseEndpoints = (parts: Parts): readonly Endpoint[] => [
  {
    method: 'post',
    path: '/v1/cases',
    tag: TAG,
    summary: 'Record a case and attach it to the entitlement that it names',
    roles: MAY.handleCases,
    body: caseBody,
    onceOnly: true,
    answers: { 201: 'The case', 202: 'The entitlement was told (`Prefer: respond-async`)' },
    refusals: [...ATTACH_REFUSALS, 'not_found', 'conflict', 'idempotency_conflict'],
    handle: async (request, response) => {
      const { id, ...facts } = bodyOf(request, caseBody);
      checkDecrementControl(request, { kind: 'attach', ...facts });
      await applyOne(parts, request, response, { kind: 'attach', key: keyOf(request), caseId: id, ...facts }, 201);
    },
  },
  {
    method: 'get',
    path: '/v1/cases/{id}',
    tag: TAG,
    summary: 'One case',
    roles: MAY.read,
    answers: { 200: 'The case' },
    handle: async (request, response) => {
      response.json(await existing(parts, request));
    },
  },
  {
    method: 'patch',
    path: '/v1/cases/{id}',
    tag: TAG,
    summary: 'Change a case; its cover is checked anew',
    roles: MAY.handleCases,
    body: casePatch,
    onceOnly: true,
    answers: { 200: 'The case as it is now', 202: 'The entitlement was told (`Prefer: respond-async`)' },
    refusals: [...ATTACH_REFUSALS, 'not_found', 'wrong_state', 'idempotency_conflict'],
    handle: async (request, response) => {
      const { entitlementId: named, ...changes } = bodyOf(request, casePatch);
      checkDecrementControl(request, { kind: 'update', ...changes });
      const base = { key: keyOf(request), caseId: idOf(request) };
      const input: CaseInput =
        named === undefined
          ? { kind: 'update', ...base, ...changes }
          : await puttingOn(parts, request, base, named, changes);
      await applyOne(parts, request, response, input, 200);
    },
  },
  event(parts, 'resolve', 'Resolve a case; on resolution its term is taken', resolveBody),
  event(parts, 'cancel', 'Cancel a case; what it had taken comes back', emptyBody),
  event(parts, 'reactivate', 'Bring a resolved or canceled case back', emptyBody),
  event(parts, 'decrement', 'Count a case that was set not to decrement and then to decrement again', emptyBody),
  {
    method: 'post',
    path: '/v1/case-events',
    tag: TAG,
    summary: 'Up to 1,000 events of many cases, applied in order; each event carries its own once-only key',
    roles: MAY.handleCases,
    body: caseEventsBody,
    answers: { 200: 'One result an event, in their order' },
    handle: async (request, response) => {
      const { events } = bodyOf(request, caseEventsBody);
      for (const [index, event] of events.entries()) checkDecrementControl(request, event, `events.${index}.`);
      const outcomes = await parts.casePath.apply(events, callerOf(request));
      response.json({ results: outcomes.map(({ case: _case, ...result }) => result) });
    },
  },
];

const event = (
  parts: Parts,
  kind: 'resolve' | 'cancel' | 'reactivate' | 'decrement',
  summary: string,
  body: z.ZodType<{ minutes?: number | undefined }>,
): Endpoint => ({
  method: 'post',
  path: `/v1/cases/{id}/${kind}`,
  tag: TAG,
  summary,
  roles: kind === 'decrement' ? PRIVILEGES.control_decrement_term : MAY.handleCases,
  body,
  onceOnly: true,
  answers: { 200: 'The case as it is now', 202: 'The entitlement was told (`Prefer: respond-async`)' },
  refusals: ['not_found', 'wrong_state', 'idempotency_conflict'],
  handle: async (request, response) => {
    const input = { kind, key: keyOf(request), caseId: idOf(request), ...bodyOf(request, body) };
    await applyOne(parts, request, response, input, 200);
  },
});

/** An attach that takes nothing, a case told to take or not to, and a decrement need a privilege. */
function checkDecrementControl(
  request: Request,
  event: Pick<CaseInput, 'kind'> & { readonly decrementEntitlementTerm?: boolean | undefined },
  at = '',
): void {
  const { kind, decrementEntitlementTerm } = event;
  const controls = kind === 'attach' ? decrementEntitlementTerm === false : decrementEntitlementTerm !== undefined;
  if (controls) requirePrivilege(request, 'control_decrement_term', `${at}decrementEntitlementTerm`);
  if (kind === 'decrement') requirePrivilege(request, 'control_decrement_term', `${at}kind`);
}

/** An entitlement for a case that was recorded without one: it attaches with what is known of it and what the patch says. */
async function puttingOn(
  parts: Parts,
  request: Request,
  base: { key: string; caseId: string },
  named: string,
  changes: Omit<z.infer<typeof casePatch>, 'entitlementId'>,
): Promise<CaseInput> {
  const kase = await existing(parts, request);
  if (kase.entitlementId !== null && kase.entitlementId !== named)
    throw problem('conflict', `The case has the entitlement ${kase.entitlementId} already.`, 'entitlementId');
  const { customerId, contactId, productId, channel, title, minutes, decrementEntitlementTerm } = kase;
  const facts = { customerId, contactId, productId, channel, title, minutes, decrementEntitlementTerm };
  return { kind: 'attach', ...base, ...facts, ...changes, entitlementId: named, onExisting: true };
}

async function applyOne(
  parts: Parts,
  request: Request,
  response: Response,
  input: CaseInput,
  status: number,
): Promise<void> {
  if (/\brespond-async\b/.test(request.get('Prefer') ?? '')) return await tell(parts, request, response, input);
  const [outcome] = await parts.casePath.apply([input], callerOf(request));
  if (outcome === undefined) throw new TypeError('One event has one outcome.');
  if (outcome.outcome === 'refused') throw refusal(outcome);
  const view = outcome.case === null ? await existingCase(parts, input.caseId) : attachedView(outcome, outcome.case);
  if (status === 201) response.location(`/v1/cases/${input.caseId}`);
  response
    .status(status)
    .json({ ...view, seq: outcome.seq, change: outcome.change, remainingTerm: outcome.remainingTerm });
}

/** 202: the entitlement will decide; how it decided stands in its ledger. */
async function tell({ sql, gateway }: Parts, request: Request, response: Response, input: CaseInput): Promise<void> {
  const { entitlementId: named, onExisting: _existing, ...signal } = input;
  const id = named ?? (await findCase(sql, input.caseId))?.entitlementId;
  if (signal.kind === 'decrement' || signal.kind === 'detach')
    throw problem('validation_failed', 'A decrement is answered at once: leave out Prefer.', 'Prefer');
  if (id == null)
    throw problem('not_found', 'Without an entitlement nobody can be told: leave out Prefer.', 'entitlementId');
  const [known] = await sql`select from entitlements where id = ${id} and not deleted`;
  if (known === undefined) throw problem('not_found', `There is no entitlement ${id}.`, 'entitlementId');
  await gateway.signal(entitlementId(id), signal, callerOf(request));
  response
    .status(202)
    .set('Preference-Applied', 'respond-async')
    .json({ caseId: input.caseId, key: input.key, entitlementId: id });
}

function refusal({ code, detail, field, entitlementId: id, remainingTerm, seq }: CaseOutcome): Problem {
  const refused = { code: code ?? 'conflict', detail: detail ?? '', ...(field === undefined ? {} : { field }) };
  return new Problem(refused, { more: seq === null ? {} : { entitlementId: id, remainingTerm, seq } });
}

const attachedView = (outcome: CaseOutcome, kase: NonNullable<CaseOutcome['case']>) => ({
  id: kase.caseId,
  customerId: kase.customerId,
  contactId: kase.contactId,
  productId: kase.productId,
  channel: kase.channel,
  title: kase.title,
  status: kase.status,
  minutes: kase.minutes,
  decrementEntitlementTerm: kase.decrements,
  entitlementId: outcome.entitlementId,
  entitlementReason: outcome.entitlementId === null ? NONE_NAMED : 'named',
});

const existing = (parts: Parts, request: Request) => existingCase(parts, idOf(request), sightOf(request));

async function existingCase({ sql }: Parts, id: string, sight: Sight = 'all') {
  const kase = await findCase(sql, id, sight);
  if (kase === undefined) throw problem('not_found', `There is no case ${id}.`);
  return kase;
}
