import type { Request, Response } from 'express';
import { isDefault } from '../../db/entitlements/default-entitlement.ts';
import { readAmendmentRows } from '../../db/ledger/amendment-rows.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import { type AmendCommand, markOf } from '../../domain/entitlements/amending.ts';
import { AMENDMENT_ROWS, amendmentHistory } from '../../domain/entitlements/amendment-history.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { LifeCommand } from '../../domain/entitlements/life.ts';
import type { LifeAnswer } from '../../workflows/entitlements/life-messages.ts';
import { holdingContacts } from '../directory/contact-moves.ts';
import { entitlementAnswer } from '../entitlements/answers.ts';
import { entitlementView } from '../entitlements/entitlement-view.ts';
import { answer, existing, messageOf } from '../entitlements/requests.ts';
import type { EntitlementServices } from '../entitlements/services.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { within } from '../http/problem.ts';
import { bodyOf, numberOf, queryOf, reasonOf } from '../http/request.ts';
import { reasonBody, reasonQuery } from '../http/schemas.ts';
import { amendedAnswer, amendmentPreview, amendmentsAnswer, amendmentView } from './amendment-answers.ts';
import { changesOf } from './amendment-changes.ts';
import { amendmentBody } from './amendment-schemas.ts';
import { previewOf, previewQuery, previewView } from './preview.ts';

const TAG = 'Entitlements';
const PATH = '/v1/entitlements/{id}/amendments';

const PREVIEWED = { means: 'With `preview=true`: what it would do', body: amendmentPreview };
const MADE = { means: 'The amendment, and the entitlement as it is now', body: amendedAnswer };

/** The routes that amend a running contract, list its amendments and take them back. */
export const amendmentEndpoints = (services: EntitlementServices): readonly Endpoint[] => [
  {
    method: 'post',
    path: PATH,
    tag: TAG,
    summary: 'Amends a waiting or active entitlement, now, from a day on or from the next period on',
    roles: PERMISSIONS.writeEntitlements,
    query: previewQuery,
    body: amendmentBody,
    onceOnly: true,
    answers: { 200: PREVIEWED, 201: MADE },
    refusals: ['wrong_state', 'conflict', 'contact_of_other_customer', 'idempotency_conflict'],
    handle: async (request, response) => {
      const known = await existing(services, request);
      const { effective, changes: given, grant, reason, token } = bodyOf(request, amendmentBody);
      await within(
        'changes',
        () =>
          holdingContacts(services.sql, given.contactIds ?? [], async () => {
            const changes = await changesOf(services.sql, given, known.details);
            const amendment: AmendCommand = { effective, changes, grant, pinned: pinnedBy(token) };
            if (isPreview(request)) return preview(request, response, known, { kind: 'amend', ...amendment }, reason);
            const message = { ...messageOf(request, reason), amendment };
            await answerMade(services, response, await services.gateway.command(known.id, 'amend', message));
          }),
        OUTSIDE_CHANGES,
      );
    },
  },
  {
    method: 'get',
    path: PATH,
    tag: TAG,
    summary: 'Lists the amendments of an entitlement: those that count, that lie ahead, and that were taken back',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The amendments', body: amendmentsAnswer } },
    handle: async (request, response) => {
      const { id, status } = await existing(services, request);
      const items = amendmentHistory(await readAmendmentRows(services.sql, id), status).map(amendmentView);
      response.json({ items });
    },
  },
  {
    method: 'delete',
    path: `${PATH}/{n}`,
    tag: TAG,
    summary: 'Takes back an amendment that lies ahead',
    roles: PERMISSIONS.writeEntitlements,
    query: reasonQuery,
    answers: { 200: { means: 'The entitlement as it is now', body: entitlementAnswer } },
    refusals: ['wrong_state'],
    handle: async (request, response) => {
      const { id } = await existing(services, request);
      const message = { ...messageOf(request, reasonOf(request)), n: numberOf(request) };
      const { snapshot } = await services.gateway.command(id, 'take-back-amendment', message);
      await answer(services, response, snapshot.entitlement);
    },
  },
  {
    method: 'post',
    path: `${PATH}/{n}/void`,
    tag: TAG,
    summary: 'Voids the last amendment: another one takes back what it granted, charged and changed',
    roles: PERMISSIONS.writeEntitlements,
    query: previewQuery,
    body: reasonBody,
    onceOnly: true,
    answers: { 200: PREVIEWED, 201: MADE },
    refusals: ['wrong_state', 'idempotency_conflict'],
    handle: async (request, response) => {
      const known = await existing(services, request);
      const n = numberOf(request);
      const { reason = null } = bodyOf(request, reasonBody);
      if (isPreview(request)) return preview(request, response, known, { kind: 'void-amendment', n }, reason);
      const message = { ...messageOf(request, reason), n };
      await answerMade(services, response, await services.gateway.command(known.id, 'void-amendment', message));
    },
  },
];

/** Fields of the body that are not within its `changes`. */
const OUTSIDE_CHANGES = ['effective', 'grant', 'changes', 'reason', 'token'];

const isPreview = (request: Request): boolean => queryOf(request, previewQuery).preview === 'true';

/** The version that a preview saw, and the mark of its numbers. */
function pinnedBy(token: string | undefined): AmendCommand['pinned'] {
  const [version = '', , mark = ''] = token?.split('.') ?? [];
  return token === undefined ? null : { version: Number(version), mark };
}

function preview(
  request: Request,
  response: Response,
  known: Entitlement,
  command: LifeCommand,
  reason: string | null,
): void {
  const follow = { until: nextOf, kinds: AMENDMENT_ROWS };
  const seen = previewOf(request, known, command, reason, follow);
  const [first] = seen.rows;
  const last = seen.rows.at(-1);
  const isPinned = command.kind === 'amend' && first !== undefined;
  response.json({
    ...previewView(seen),
    change: last?.change ?? 0,
    money: last?.facts?.money ?? null,
    token: isPinned ? `${seen.before.seq}.${first.at}.${markOf(first)}` : null,
  });
}

/** When the newest amendment counts, where it lies ahead: with the turn of the period also the new allotment is seen. */
function nextOf(entitlement: Entitlement): number | null {
  const newest = entitlement.amendmentsAhead?.find(({ n }) => n === entitlement.amendmentsEver);
  return newest === undefined ? null : (newest.at ?? entitlement.period?.endsAt ?? null);
}

async function answerMade(
  { sql }: EntitlementServices,
  response: Response,
  { row, snapshot: { entitlement } }: LifeAnswer,
): Promise<void> {
  const [amendment] = amendmentHistory([row], entitlement.status);
  if (amendment === undefined) throw new TypeError(`A row ${row.kind} tells of an amendment.`);
  const byDefault = entitlement.status === 'active' && (await isDefault(sql, entitlement.id));
  response
    .status(201)
    .set('ETag', `"${entitlement.seq}"`)
    .json({ amendment: amendmentView(amendment), entitlement: entitlementView(entitlement, byDefault) });
}
