import type { Response } from 'express';
import { createApiKey, listApiKeys, revokeApiKey, rotateApiKey, type ToldKey } from '../../db/access/api-keys.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Decided } from '../../domain/refusals.ts';
import { idFrom } from '../../runtime/id-from.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { changeBy } from '../http/identity.ts';
import { paged, pageOf } from '../http/page.ts';
import { granted } from '../http/problem.ts';
import { bodyOf, idOf, keyOf, queryOf } from '../http/request.ts';
import { pageQuery, reasonBody } from '../http/schemas.ts';
import { apiKeyAnswer, apiKeysAnswer, apiKeyToldAnswer } from './api-key-answers.ts';
import { apiKeyBody, rotateBody } from './api-key-schemas.ts';
import type { KnownKeys } from './known-keys.ts';

const TAG = 'API keys';
const PREFIX = 'key';

interface KeyServices extends Services {
  readonly keys: KnownKeys;
}

export const apiKeyEndpoints = ({ sql, keys }: KeyServices): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/api-keys',
    tag: TAG,
    summary: 'Lists API keys in order of id, including revoked ones, without their secrets',
    roles: PERMISSIONS.manageKeys,
    query: pageQuery,
    answers: { 200: { means: 'A page', body: apiKeysAnswer } },
    handle: async (request, response) => {
      const page = pageOf(queryOf(request, pageQuery));
      response.json(paged(await listApiKeys(sql, page), page.limit, ({ id }) => id));
    },
  },
  {
    method: 'post',
    path: '/v1/api-keys',
    tag: TAG,
    summary: 'Creates an API key; its secret, `key`, is shown only here',
    roles: PERMISSIONS.manageKeys,
    body: apiKeyBody,
    onceOnly: true,
    answers: { 201: { means: 'The key with its secret', body: apiKeyToldAnswer } },
    refusals: ['conflict'],
    handle: async (request, response) => {
      const { name, role, email = null, reason = null } = bodyOf(request, apiKeyBody);
      const id = idFrom(PREFIX, keyOf(request));
      tell(response.status(201), await createApiKey(sql, { id, name, role, email }, changeBy(request, reason)));
    },
  },
  {
    method: 'post',
    path: '/v1/api-keys/{id}/rotate',
    tag: TAG,
    summary: 'Gives an API key a new secret, shown only here; the old one goes on working for `overlapHours`',
    roles: PERMISSIONS.manageKeys,
    body: rotateBody,
    onceOnly: true,
    answers: { 200: { means: 'The key with its new secret', body: apiKeyToldAnswer } },
    refusals: ['wrong_state', 'conflict'],
    handle: async (request, response) => {
      const { overlapHours, reason = null } = bodyOf(request, rotateBody);
      const rotation = { id: idOf(request), overlapHours, onceKey: keyOf(request) };
      const rotated = await rotateApiKey(sql, rotation, changeBy(request, reason));
      keys.forget();
      tell(response, rotated);
    },
  },
  {
    method: 'post',
    path: '/v1/api-keys/{id}/revoke',
    tag: TAG,
    summary: 'Revokes an API key with all its secrets; other API processes accept them for at most 10 s more',
    roles: PERMISSIONS.manageKeys,
    body: reasonBody,
    onceOnly: true,
    answers: { 200: { means: 'The key as it is now', body: apiKeyAnswer } },
    refusals: ['conflict'],
    handle: async (request, response) => {
      const { reason = null } = bodyOf(request, reasonBody);
      const revoked = await revokeApiKey(sql, idOf(request), changeBy(request, reason));
      keys.forget();
      response.json(granted(revoked));
    },
  },
];

/** Answers with the secret, which no other answer has. */
function tell(response: Response, told: Decided<ToldKey>): void {
  const { apiKey, key } = granted(told);
  // A secret must not be kept in a cache.
  response.set('Cache-Control', 'no-store').json({ ...apiKey, key });
}
