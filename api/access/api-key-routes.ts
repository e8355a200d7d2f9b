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
import { apiKeyBody, rotateKeyBody } from './api-key-schemas.ts';
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
      const { name, role, email = null, expiresAt, reason = null } = bodyOf(request, apiKeyBody);
      const holder = { id: idFrom(PREFIX, keyOf(request)), name, role, email };
      const key = { ...holder, expiresAt: instantIn(expiresAt) ?? null };
      tell(response.status(201), await createApiKey(sql, key, changeBy(request, reason)));
    },
  },
  {
    method: 'post',
    path: '/v1/api-keys/{id}/rotate',
    tag: TAG,
    summary: 'Gives an API key a new secret, shown only here; the old one goes on working for `overlapHours`',
    roles: PERMISSIONS.manageKeys,
    body: rotateKeyBody,
    onceOnly: true,
    answers: { 200: { means: 'The key with its new secret', body: apiKeyToldAnswer } },
    refusals: ['wrong_state', 'conflict'],
    handle: async (request, response) => {
      const { overlapHours, expiresAt, reason = null } = bodyOf(request, rotateKeyBody);
      const end = instantIn(expiresAt);
      const rotation = { id: idOf(request), overlapHours, onceKey: keyOf(request), expiresAt: end };
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

/** The instant of a text that was validated; null and undefined stay what they are. */
const instantIn = <None extends null | undefined>(text: string | None): Date | None =>
  typeof text === 'string' ? new Date(text) : text;

/** Answers with the secret, which no other answer has. */
function tell(response: Response, told: Decided<ToldKey>): void {
  const { apiKey, key } = granted(told);
  // A secret must not be kept in a cache.
  response.set('Cache-Control', 'no-store').json({ ...apiKey, key });
}
