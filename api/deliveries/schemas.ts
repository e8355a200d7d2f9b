import { z } from 'zod';
import { DELIVERY_KINDS, DELIVERY_STATUSES } from '../../db/deliveries/deliveries.ts';
import { EVENT_TYPES } from '../../domain/deliveries/event-types.ts';
import { idSchema, pageQuery } from '../http/schemas.ts';

/** The query of the list of deliveries. */
export const deliveryQuery = pageQuery.extend({
  kind: z.enum(DELIVERY_KINDS).optional(),
  status: z.enum(DELIVERY_STATUSES).optional(),
  endpointId: idSchema.optional(),
  type: z.enum(EVENT_TYPES).optional().meta({ description: 'The type of the event' }),
  recordId: idSchema.optional().meta({ description: 'The entitlement, renewal or case that the event is about' }),
});
