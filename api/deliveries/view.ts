import type { Delivery } from '../../db/deliveries/deliveries.ts';

/** A delivery as callers see it: without its place in the list. */
export const deliveryView = <Own extends Delivery>({ number: _number, ...delivery }: Own) => delivery;

export type DeliveryView = Omit<Delivery, 'number'>;
