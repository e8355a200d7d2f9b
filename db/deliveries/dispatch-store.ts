import type { Sql } from '../postgres/sql.ts';
import { WAKE_CHANNEL } from './deliveries.ts';
import {
  type DispatchLimits,
  type DueDelivery,
  dispatchDeliveries,
  holdEmails,
  tidyDeliveries,
} from './delivery-dispatch.ts';
import { dispatchEvents } from './events.ts';

/** What a dispatcher needs from the database. Every call rejects with the driver's error when the database is away. */
export interface DispatchStore {
  /** Calls `wake` after each commit that leaves something to dispatch. Resolves once it listens. */
  listen(wake: () => void): Promise<void>;
  /** See `dispatchEvents`. */
  dispatchEvents(): Promise<number>;
  /** See `dispatchDeliveries`. */
  dispatchDeliveries(limits: DispatchLimits, start: (delivery: DueDelivery) => Promise<void>): Promise<number>;
  /** See `holdEmails`. */
  holdEmails(): Promise<void>;
  /** See `tidyDeliveries`. */
  tidyDeliveries(): Promise<void>;
}

/** The dispatcher's view of the database behind `sql`. */
export const createDispatchStore = (sql: Sql): DispatchStore => ({
  listen: async (wake) => {
    await sql.listen(WAKE_CHANNEL, wake);
  },
  dispatchEvents: () => dispatchEvents(sql),
  dispatchDeliveries: (limits, start) => dispatchDeliveries(sql, limits, start),
  holdEmails: () => holdEmails(sql),
  tidyDeliveries: () => tidyDeliveries(sql),
});
