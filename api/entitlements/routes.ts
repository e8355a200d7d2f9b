import { z } from 'zod';
import { ENTITLEMENT_SORTS, listEntitlements } from '../../db/entitlements/entitlement-list.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { holdingContacts } from '../directory/contact-moves.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { answerList } from '../http/exported-list.ts';
import { accessScopeOf } from '../http/identity.ts';
import { bodyOf, queryOf, reasonOf } from '../http/request.ts';
import { reasonQuery } from '../http/schemas.ts';
import { entitlementAnswer, entitlementsAnswer } from './answers.ts';
import { createDraft } from './create-draft.ts';
import { ENTITLEMENT_COLUMNS } from './entitlement-columns.ts';
import { changesFrom } from './entitlement-input.ts';
import { listedEntitlementView } from './entitlement-view.ts';
import { lifeEndpoints } from './life-routes.ts';
import { checkNamed } from './named-records.ts';
import { answer, answerCreated, command, existing, messageOf } from './requests.ts';
import { entitlementBody, entitlementFromTemplateBody, entitlementPatch, entitlementQuery } from './schemas.ts';
import type { EntitlementServices } from './services.ts';

const TAG = 'Entitlements';

export const entitlementEndpoints = (services: EntitlementServices): readonly Endpoint[] => [
  {
    method: 'post',
    path: '/v1/entitlements',
    tag: TAG,
    summary: 'Creates a draft, from fields or from a template',
    roles: PERMISSIONS.writeEntitlements,
    body: z.union([entitlementBody, entitlementFromTemplateBody]),
    onceOnly: true,
    answers: { 201: { means: 'The draft', body: entitlementAnswer } },
    refusals: ['not_found', 'contact_of_other_customer'],
    handle: async (request, response) => {
      await answerCreated(services, response, await createDraft(services, request));
    },
  },
  {
    method: 'get',
    path: '/v1/entitlements',
    tag: TAG,
    summary: 'Lists entitlements, by view, customer, product, owner or tier, searched and sorted',
    roles: PERMISSIONS.read,
    query: entitlementQuery,
    answers: { 200: { means: 'A page', body: entitlementsAnswer, csv: true } },
    handle: async (request, response) => {
      const { renewed, paused, ...query } = queryOf(request, entitlementQuery);
      const filter = { ...query, renewed: flagOf(renewed), paused: flagOf(paused) };
      await answerList(request, response, query, {
        name: 'entitlements',
        sorts: ENTITLEMENT_SORTS,
        read: (page) => listEntitlements(services.sql, page, filter, accessScopeOf(request)),
        view: listedEntitlementView,
        columns: ENTITLEMENT_COLUMNS,
      });
    },
  },
  {
    method: 'get',
    path: '/v1/entitlements/{id}',
    tag: TAG,
    summary: 'Reads an entitlement',
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
    summary: "Edits a draft; `If-Match` with the draft's version refuses the edit if somebody else made one since",
    roles: PERMISSIONS.writeEntitlements,
    query: reasonQuery,
    body: entitlementPatch,
    answers: { 200: { means: 'The draft as it is now', body: entitlementAnswer } },
    refusals: ['wrong_state', 'conflict', 'contact_of_other_customer'],
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
    summary: 'Deletes a draft that no case was ever attached to',
    roles: PERMISSIONS.writeEntitlements,
    query: reasonQuery,
    answers: { 204: 'The draft is deleted' },
    refusals: ['wrong_state'],
    handle: async (request, response) => {
      const { id } = await existing(services, request);
      await services.gateway.command(id, 'delete', messageOf(request, reasonOf(request)));
      response.status(204).end();
    },
  },
  ...lifeEndpoints(services),
];

const flagOf = (word: 'true' | 'false' | undefined): boolean | undefined =>
  word === undefined ? undefined : word === 'true';

/** Contacts that a patch leaves as they are must still be checked when it changes the customer. */
const withContactsOf = <Patch extends { customerId?: string | undefined; contactIds?: string[] | undefined }>(
  patch: Patch,
  now: Entitlement['details'],
) =>
  patch.customerId === undefined || patch.contactIds !== undefined
    ? patch
    : { ...patch, contactIds: [...now.contactIds] };
