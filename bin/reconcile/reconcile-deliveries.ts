import type { Client } from '@temporalio/client';
import { deliveriesUnderWay, type UnderWay } from '../../db/deliveries/delivery-repair.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { FreshStarts } from '../../temporal/fresh-starts.ts';
import { deliveryWorkflowIdOf } from '../../workflows/deliveries/delivery.ts';
import { ADVICE, type Difference } from './difference.ts';
import { inFlight } from './in-flight.ts';
import { looksAgain } from './patience.ts';

const AT_ONCE = 8;

export interface StandingDelivery extends UnderWay {
  /** Temporal knows a workflow of this id that has ended; else it knows none. */
  readonly hasEnded: boolean;
}

/** The deliveries that are not over and whose workflows do not run. */
export async function standingDeliveries(sql: Sql, client: Client): Promise<readonly StandingDelivery[]> {
  const starts = new FreshStarts(client, '');
  const standing: StandingDelivery[] = [];
  await inFlight(await deliveriesUnderWay(sql), AT_ONCE, async (delivery) => {
    const status = await starts.statusOf(deliveryWorkflowIdOf(delivery.id));
    if (status !== 'running') standing.push({ ...delivery, hasEnded: status === 'ended' });
  });
  return standing;
}

/** Deliveries that nobody tries again. */
export async function deliveriesThatStand(sql: Sql, client: Client): Promise<Difference[]> {
  const standing = await looksAgain(
    () => standingDeliveries(sql, client),
    ({ id }) => id,
  );
  return standing.map(({ id, hasEnded }) => ({
    entitlementId: id,
    what: 'delivery',
    values: { workflow: hasEnded ? 'ended' : 'not running', columns: 'pending' },
    advice: ADVICE.deliveryStands,
    mayPass: true,
  }));
}
