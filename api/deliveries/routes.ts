import { type Delivery, findDeliveryWithContent, listDeliveries, redeliver } from '../../db/deliveries/deliveries.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import { isRefused } from '../../domain/refusals.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { changeBy } from '../http/identity.ts';
import { paged, pageOf } from '../http/page.ts';
import { Problem, problem } from '../http/problem.ts';
import { bodyOf, idOf, queryOf } from '../http/request.ts';
import { reasonBody } from '../http/schemas.ts';
import { deliveriesAnswer, deliveryAnswer, deliveryWithContentAnswer } from './answers.ts';
import { deliveryQuery } from './webhook-schemas.ts';

const TAG = 'Webhooks';

export const deliveryEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/deliveries',
    tag: TAG,
    summary: 'What was sent, or waits to be: events to webhooks, and e-mails, newest first, each with its attempts',
    roles: PERMISSIONS.readWebhooks,
    query: deliveryQuery,
    answers: { 200: { means: 'A page', body: deliveriesAnswer } },
    handle: async (request, response) => {
      const { limit, cursor, ...filter } = queryOf(request, deliveryQuery);
      const page = pageOf({ limit, cursor });
      if (page.after !== null && !/^\d{1,15}$/.test(page.after))
        throw problem(
          'validation_failed',
          'The cursor is not valid for this list: pass nextCursor as it came.',
          'cursor',
        );
      const found = await listDeliveries(sql, page, filter);
      const { nextCursor } = paged(found, limit, ({ number }) => String(number));
      response.json({ items: found.map(deliveryView), nextCursor });
    },
  },
  {
    method: 'get',
    path: '/v1/deliveries/{id}',
    tag: TAG,
    summary: 'One delivery with its attempts, and with what it says',
    roles: PERMISSIONS.readWebhooks,
    answers: { 200: { means: 'The delivery', body: deliveryWithContentAnswer } },
    handle: async (request, response) => {
      const found = await findDeliveryWithContent(sql, idOf(request));
      if (found === undefined) throw problem('not_found', `There is no delivery ${idOf(request)}.`);
      response.json(deliveryView(found));
    },
  },
  {
    method: 'post',
    path: '/v1/deliveries/{id}/redeliver',
    tag: TAG,
    summary: 'Send it anew, at once and then by the whole schedule, with the same `webhook-id`',
    roles: PERMISSIONS.changeWebhooks,
    body: reasonBody,
    answers: { 202: { means: 'The delivery, pending', body: deliveryAnswer } },
    refusals: ['wrong_state'],
    handle: async (request, response) => {
      const { reason = null } = bodyOf(request, reasonBody);
      const asked = await redeliver(sql, idOf(request), changeBy(request, reason));
      if (isRefused(asked)) throw new Problem(asked.refused);
      response.status(202).json(deliveryView(asked));
    },
  },
];

const deliveryView = <Own extends Delivery>({ number: _number, ...delivery }: Own) => delivery;

export type DeliveryView = Omit<Delivery, 'number'>;
