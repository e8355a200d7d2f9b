import { findDeliveryWithContent, listDeliveries, redeliver } from '../../db/deliveries/deliveries.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { changeBy } from '../http/identity.ts';
import { paged, pageOf } from '../http/page.ts';
import { granted, invalidCursor, notFound } from '../http/problem.ts';
import { bodyOf, idOf, keyOf, queryOf } from '../http/request.ts';
import { reasonBody } from '../http/schemas.ts';
import { deliveriesAnswer, deliveryAnswer, deliveryWithContentAnswer } from './answers.ts';
import { deliveryQuery } from './schemas.ts';
import { deliveryView } from './view.ts';

const TAG = 'Webhooks';

export const deliveryEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/deliveries',
    tag: TAG,
    summary: 'Lists deliveries, sent or waiting: events to webhooks and e-mails, newest first, each with its attempts',
    roles: PERMISSIONS.readWebhooks,
    query: deliveryQuery,
    answers: { 200: { means: 'A page', body: deliveriesAnswer } },
    handle: async (request, response) => {
      const { limit, cursor, ...filter } = queryOf(request, deliveryQuery);
      const page = pageOf({ limit, cursor });
      if (page.after !== null && !/^\d{1,15}$/.test(page.after)) throw invalidCursor();
      const found = await listDeliveries(sql, page, filter);
      const { nextCursor } = paged(found, limit, ({ number }) => String(number));
      response.json({ items: found.map(deliveryView), nextCursor });
    },
  },
  {
    method: 'get',
    path: '/v1/deliveries/{id}',
    tag: TAG,
    summary: 'Reads a delivery with its attempts and its content',
    roles: PERMISSIONS.readWebhooks,
    answers: { 200: { means: 'The delivery', body: deliveryWithContentAnswer } },
    handle: async (request, response) => {
      const found = await findDeliveryWithContent(sql, idOf(request));
      if (found === undefined) throw notFound('delivery', idOf(request));
      response.json(deliveryView(found));
    },
  },
  {
    method: 'post',
    path: '/v1/deliveries/{id}/redeliver',
    tag: TAG,
    summary: 'Sends a delivery again, at once and then by the whole schedule, with the same `webhook-id`',
    roles: PERMISSIONS.changeWebhooks,
    body: reasonBody,
    onceOnly: true,
    answers: { 202: { means: 'The pending delivery', body: deliveryAnswer } },
    refusals: ['wrong_state'],
    handle: async (request, response) => {
      const { reason = null } = bodyOf(request, reasonBody);
      const key = request.get('Idempotency-Key') === undefined ? null : keyOf(request);
      const asked = await redeliver(sql, { id: idOf(request), key }, changeBy(request, reason));
      response.status(202).json(deliveryView(granted(asked)));
    },
  },
];
