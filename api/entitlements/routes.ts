import type { Request, Response } from 'express';
import { z } from 'zod';
import { readRenewalPolicy } from '../../db/access/settings.ts';
import { isDefault } from '../../db/entitlements/default-entitlement.ts';
import { ENTITLEMENT_SORTS, listEntitlements } from '../../db/entitlements/entitlement-list.ts';
import { findEntitlement, findFirstDetails } from '../../db/entitlements/entitlements.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { LifeCommandKind } from '../../domain/entitlements/life.ts';
import { entitlementId } from '../../domain/ids.ts';
import { type EntitlementDetails, problemWith } from '../../domain/terms/details.ts';
import { idFrom } from '../../runtime/id-from.ts';
import type { CommandMessage, LifeAnswer, LifeMessage } from '../../workflows/entitlements/life-messages.ts';
import { creationOf } from '../../workflows/entitlements/run-input.ts';
import { holdingContacts } from '../directory/contact-moves.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { accessScopeOf } from '../http/identity.ts';
import { listAnswer, listPageOf } from '../http/list-page.ts';
import { entitlementQuery } from '../http/list-queries.ts';
import { Problem, problem } from '../http/problem.ts';
import { readShape } from '../http/read-shape.ts';
import { bodyOf, callerOf, idOf, keyOf, queryOf, reasonOf, versionOf } from '../http/request.ts';
import {
  entitlementBody,
  entitlementFields,
  entitlementFromTemplateBody,
  entitlementPatch,
  reasonBody,
  reasonQuery,
} from '../http/schemas.ts';
import { entitlementAnswer, entitlementsAnswer } from './answers.ts';
import { changesFrom, checkNamed, detailsFrom } from './entitlement-input.ts';
import { entitlementView } from './entitlement-view.ts';
import type { EntitlementServices } from './services.ts';
import { detailsOfTemplateBody } from './template-input.ts';

const TAG = 'Entitlements';
const PREFIX = 'ent';

export const entitlementEndpoints = (services: EntitlementServices): readonly Endpoint[] => [
  {
    method: 'post',
    path: '/v1/entitlements',
    tag: TAG,
    summary: 'Write a draft, from fields or from a template',
    roles: PERMISSIONS.writeEntitlements,
    body: z.union([entitlementBody, entitlementFromTemplateBody]),
    onceOnly: true,
    answers: { 201: { means: 'The draft', body: entitlementAnswer } },
    refusals: ['not_found', 'contact_of_other_customer', 'idempotency_conflict'],
    handle: async (request, response) => {
      const key = keyOf(request);
      const id = entitlementId(idFrom(PREFIX, key));
      const known = await isKnown(services, id);
      const { snapshot } = await holdingContacts(services.sql, contactIdsOf(request), async () => {
        const details = await detailsOf(services, request, known ? id : null);
        const refused = problemWith(details);
        if (refused !== undefined) throw new Problem(refused);
        return await services.gateway.create(id, { by: callerOf(request), key, details, renewsId: null }, known);
      });
      await answer(services, response.status(201).location(`/v1/entitlements/${id}`), snapshot.entitlement);
    },
  },
  {
    method: 'get',
    path: '/v1/entitlements',
    tag: TAG,
    summary: 'Entitlements: the views, by customer, product, owner and tier, searched and sorted',
    roles: PERMISSIONS.read,
    query: entitlementQuery,
    answers: { 200: { means: 'A page', body: entitlementsAnswer } },
    handle: async (request, response) => {
      const { renewed, ...query } = queryOf(request, entitlementQuery);
      const filter = { ...query, renewed: renewed === undefined ? undefined : renewed === 'true' };
      const listed = await listEntitlements(
        services.sql,
        listPageOf(ENTITLEMENT_SORTS, query),
        filter,
        accessScopeOf(request),
      );
      response.json(listAnswer(listed, query, ({ state, isDefault }) => entitlementView(state, isDefault)));
    },
  },
  {
    method: 'get',
    path: '/v1/entitlements/{id}',
    tag: TAG,
    summary: 'One entitlement',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The entitlement', body: entitlementAnswer } },
    handle: async (request, response) => {
      await answer(services, response, await existing(services, request));
    },
  },
  {
    method: 'patch',
    path: '/v1/entitlements/{id}',
    tag: TAG,
    summary: 'Edit a draft; `If-Match` with its version guards against another edit',
    roles: PERMISSIONS.writeEntitlements,
    query: reasonQuery,
    body: entitlementPatch,
    answers: { 200: { means: 'The draft as it is now', body: entitlementAnswer } },
    refusals: ['wrong_state', 'conflict'],
    handle: async (request, response) => {
      const { details } = await existing(services, request);
      const patch = bodyOf(request, entitlementPatch);
      const named = { ...withContactsOf(patch, details), customerId: patch.customerId ?? details.customerId };
      const entitlement = await holdingContacts(services.sql, named.contactIds ?? [], async () => {
        await checkNamed(services.sql, named);
        return await command(services, 'edit', request, (asked) => ({
          ...asked,
          changes: changesFrom(patch, details),
        }));
      });
      await answer(services, response, entitlement);
    },
  },
  {
    method: 'delete',
    path: '/v1/entitlements/{id}',
    tag: TAG,
    summary: 'Delete a draft that no case ever attached to',
    roles: PERMISSIONS.writeEntitlements,
    query: reasonQuery,
    answers: { 204: 'Gone' },
    refusals: ['wrong_state'],
    handle: async (request, response) => {
      const { id } = await existing(services, request);
      await services.gateway.command(id, 'delete', messageOf(request, reasonOf(request)));
      response.status(204).end();
    },
  },
  action(services, 'activate', 'Activate a draft: it waits for its start date, or is active at once'),
  action(services, 'deactivate', 'Make a waiting or active entitlement a draft again, to edit it'),
  action(services, 'cancel', 'Cancel a waiting or active entitlement'),
  {
    method: 'post',
    path: '/v1/entitlements/{id}/renew',
    tag: TAG,
    summary: 'Write the successor of an expired or canceled entitlement: a draft from today',
    roles: PERMISSIONS.writeEntitlements,
    body: reasonBody,
    onceOnly: true,
    answers: { 201: { means: 'The new draft', body: entitlementAnswer } },
    refusals: ['wrong_state', 'idempotency_conflict'],
    handle: (request, response) => renew(services, request, response),
  },
];

/** One action on the entitlement's life without further input than a reason. */
const action = (
  services: EntitlementServices,
  kind: Exclude<LifeCommandKind, 'renew' | 'edit' | 'delete' | 'top-up' | 'accept-renewal' | 'successor-ended'>,
  summary: string,
): Endpoint => ({
  method: 'post',
  path: `/v1/entitlements/{id}/${kind}`,
  tag: TAG,
  summary,
  roles: PERMISSIONS.writeEntitlements,
  body: reasonBody,
  onceOnly: true,
  answers: { 200: { means: 'The entitlement as it is now', body: entitlementAnswer } },
  refusals: ['wrong_state', 'idempotency_conflict'],
  handle: async (request, response) => {
    await existing(services, request);
    await answer(services, response, await command(services, kind, request, (asked) => asked));
  },
});

/** Has the entitlement of the path take a command; `messageFor` adds what the command needs to what each command says. */
async function command<Kind extends LifeCommandKind>(
  services: EntitlementServices,
  kind: Kind,
  request: Request,
  messageFor: (asked: CommandMessage) => LifeMessage<Kind>,
): Promise<Entitlement> {
  const reason = kind === 'edit' ? reasonOf(request) : (bodyOf(request, reasonBody).reason ?? null);
  const id = entitlementId(idOf(request));
  const { snapshot } = await services.gateway.command(id, kind, messageFor(messageOf(request, reason)));
  return snapshot.entitlement;
}

/** The old one decides and names its successor; both it and this request then start the same draft. */
async function renew(services: EntitlementServices, request: Request, response: Response): Promise<void> {
  const old = await existing(services, request);
  const { reason = null } = bodyOf(request, reasonBody);
  const message = messageOf(request, reason);
  const successorId = entitlementId(idFrom(PREFIX, `renew ${old.id} ${message.key}`));
  const { row }: LifeAnswer = await services.gateway.command(old.id, 'renew', { ...message, successorId });
  const details = row.facts?.details;
  if (details === undefined) throw new TypeError('A renewal says what its successor is.');
  const creation = creationOf({ id: successorId, details, by: row.by }, old.id);
  const { snapshot } = await services.gateway.create(successorId, creation, await isKnown(services, successorId));
  await answer(services, response.status(201).location(`/v1/entitlements/${successorId}`), snapshot.entitlement);
}

/** What a new draft says; `made` is the draft that the request's key made before. */
async function detailsOf(
  { sql }: EntitlementServices,
  request: Request,
  made: string | null,
): Promise<EntitlementDetails> {
  const named: unknown = request.body?.templateId;
  if (named != null) return await detailsOfTemplateBody(sql, bodyOf(request, entitlementFromTemplateBody), made);
  const body = bodyOf(request, entitlementBody);
  const customerTimeZone = await checkNamed(sql, body);
  // A retry gets the policy that the first request got, whatever the organisation says by now.
  const first = made === null ? undefined : await findFirstDetails(sql, made);
  const policy = first === undefined ? await readRenewalPolicy(sql) : first.renewalPolicy;
  return detailsFrom(body.renewalPolicy === undefined ? { ...body, renewalPolicy: policy } : body, customerTimeZone);
}

export const messageOf = (request: Request, reason: string | null): CommandMessage => ({
  by: callerOf(request),
  key: keyOf(request),
  reason,
  ...versionOf(request),
});

export async function existing({ sql }: EntitlementServices, request: Request): Promise<Entitlement> {
  const found = await findEntitlement(sql, idOf(request), accessScopeOf(request));
  if (found === undefined) throw problem('not_found', `There is no entitlement ${idOf(request)}.`);
  return found;
}

/** The contacts that a draft is to name; a body that says them wrongly is refused when it is read. */
const contactIdsOf = (request: Request): readonly string[] =>
  readShape(WithContacts, request.body).data?.contactIds ?? [];

const WithContacts = z.object({ contactIds: entitlementFields.contactIds });

/** Whether the key has made a draft before. One that was deleted since stays deleted: its id is not used again. */
async function isKnown({ sql }: EntitlementServices, id: string): Promise<boolean> {
  const [used] = await sql<{ deleted: boolean }[]>`select deleted from entitlements where id = ${id}`;
  if (used?.deleted) throw problem('conflict', `The draft that this key made, ${id}, was deleted.`, 'Idempotency-Key');
  return used !== undefined;
}

/** Contacts that stay are checked against a customer that changes. */
const withContactsOf = <Patch extends { customerId?: string | undefined; contactIds?: string[] | undefined }>(
  patch: Patch,
  now: Entitlement['details'],
) =>
  patch.customerId === undefined || patch.contactIds !== undefined
    ? patch
    : { ...patch, contactIds: [...now.contactIds] };

export async function answer(
  { sql }: EntitlementServices,
  response: Response,
  entitlement: Entitlement,
): Promise<void> {
  const byDefault = entitlement.status === 'active' && (await isDefault(sql, entitlement.id));
  response.set('ETag', `"${entitlement.seq}"`).json(entitlementView(entitlement, byDefault));
}
