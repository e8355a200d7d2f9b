import type { Response } from 'express';
import { problemWithUrl } from '../../activities/deliveries/public-address.ts';
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  findEndpoint,
  listEndpoints,
  MAX_ENDPOINTS,
  rotateEndpoint,
  type ToldEndpoint,
} from '../../db/deliveries/webhook-endpoints.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Decided } from '../../domain/refusals.ts';
import { idFrom } from '../../runtime/id-from.ts';
import { rotateBody } from '../access/api-key-schemas.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { changeBy } from '../http/identity.ts';
import { granted, notFound, problem } from '../http/problem.ts';
import { bodyOf, idOf, keyOf, reasonOf } from '../http/request.ts';
import { reasonQuery } from '../http/schemas.ts';
import { webhookAnswer, webhooksAnswer, webhookToldAnswer } from './webhook-answers.ts';
import { webhookBody, webhookChanges } from './webhook-schemas.ts';

const TAG = 'Webhooks';
const PREFIX = 'whk';

interface WebhookServices extends Services {
  /** Whether a webhook's URL may be http or have a private address. */
  readonly allowPrivateWebhooks: boolean;
}

export const webhookEndpoints = ({ sql, allowPrivateWebhooks }: WebhookServices): readonly Endpoint[] => {
  const assertUrl = (url: string) => {
    const wrong = problemWithUrl(url, allowPrivateWebhooks);
    if (wrong !== undefined) throw problem('validation_failed', `The URL ${wrong}.`, 'url');
  };
  return [
    {
      method: 'post',
      path: '/v1/webhooks',
      tag: TAG,
      summary: `Creates a webhook, which gets signed events; its \`secret\` is shown only here; at most ${MAX_ENDPOINTS} webhooks can exist`,
      roles: PERMISSIONS.changeWebhooks,
      body: webhookBody,
      onceOnly: true,
      answers: { 201: { means: 'The webhook with its secret', body: webhookToldAnswer } },
      refusals: ['conflict'],
      handle: async (request, response) => {
        const { reason = null, ...input } = bodyOf(request, webhookBody);
        assertUrl(input.url);
        const id = idFrom(PREFIX, keyOf(request));
        const told = await createEndpoint(sql, { id, ...input }, changeBy(request, reason));
        tell(response.status(201).location(`/v1/webhooks/${id}`), told);
      },
    },
    {
      method: 'get',
      path: '/v1/webhooks',
      tag: TAG,
      summary: 'Lists all webhooks in order of id, without their secrets',
      roles: PERMISSIONS.readWebhooks,
      answers: { 200: { means: 'All webhooks, in one page', body: webhooksAnswer } },
      handle: async (_request, response) => {
        response.json({ items: await listEndpoints(sql), nextCursor: null });
      },
    },
    {
      method: 'get',
      path: '/v1/webhooks/{id}',
      tag: TAG,
      summary: 'Reads a webhook, without its secret',
      roles: PERMISSIONS.readWebhooks,
      answers: { 200: { means: 'The webhook', body: webhookAnswer } },
      handle: async (request, response) => {
        const found = await findEndpoint(sql, idOf(request));
        if (found === undefined) throw notFound('webhook', idOf(request));
        response.json(found);
      },
    },
    {
      method: 'patch',
      path: '/v1/webhooks/{id}',
      tag: TAG,
      summary: 'Changes a webhook; one with `enabled` false gets no events, and its waiting deliveries are given up',
      roles: PERMISSIONS.changeWebhooks,
      body: webhookChanges,
      answers: { 200: { means: 'The webhook as it is now', body: webhookAnswer } },
      handle: async (request, response) => {
        const { reason = null, ...named } = bodyOf(request, webhookChanges);
        if (named.url !== undefined) assertUrl(named.url);
        const changes = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
        response.json(granted(await changeEndpoint(sql, idOf(request), changes, changeBy(request, reason))));
      },
    },
    {
      method: 'delete',
      path: '/v1/webhooks/{id}',
      tag: TAG,
      summary: 'Deletes a webhook; the log of its deliveries stays',
      roles: PERMISSIONS.changeWebhooks,
      query: reasonQuery,
      answers: { 204: 'The webhook is deleted, or did not exist' },
      handle: async (request, response) => {
        await deleteEndpoint(sql, idOf(request), changeBy(request, reasonOf(request)));
        response.status(204).end();
      },
    },
    {
      method: 'post',
      path: '/v1/webhooks/{id}/rotate',
      tag: TAG,
      summary: 'Gives the webhook a new secret, shown only here; the old one signs as well for `overlapHours`',
      roles: PERMISSIONS.changeWebhooks,
      body: rotateBody,
      onceOnly: true,
      answers: { 200: { means: 'The webhook with its new secret', body: webhookToldAnswer } },
      refusals: ['conflict'],
      handle: async (request, response) => {
        const { overlapHours, reason = null } = bodyOf(request, rotateBody);
        const rotation = { id: idOf(request), overlapHours, onceKey: keyOf(request) };
        tell(response, await rotateEndpoint(sql, rotation, changeBy(request, reason)));
      },
    },
  ];
};

/** Answers with the secret, which no other answer has. */
function tell(response: Response, told: Decided<ToldEndpoint>): void {
  const { endpoint, secret } = granted(told);
  // A secret must not be kept in a cache.
  response.set('Cache-Control', 'no-store').json({ ...endpoint, secret });
}
