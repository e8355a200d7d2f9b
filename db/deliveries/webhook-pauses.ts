import type { AttemptReport } from '../../workflows/deliveries/ports.ts';
import type { Sql } from '../postgres/sql.ts';

/** How many deliveries in a row must fail at their first attempt before their webhook is paused. */
export const FAILURES_BEFORE_PAUSE = 10;
/** A paused webhook is tried after this time, and then after twice as long each time, up to `LONGEST_PROBE_SECONDS`. */
export const FIRST_PROBE_SECONDS = 5;
/** The longest time between two tries. */
export const LONGEST_PROBE_SECONDS = 1_800;
/** Probes are counted up to here: the wait has reached its limit by then, and the power stays a small number. */
export const PROBES_COUNTED = 20;

export interface PauseChange {
  readonly endpointId: string;
  readonly what: 'paused' | 'resumed';
}

/** The outcome of an attempt, for its webhook. */
export interface AttemptOutcome {
  readonly deliveryId: string;
  readonly redelivery: number;
  /** The number of the attempt; 1 is the first. */
  readonly number: number;
  readonly report: AttemptReport;
}

/**
 * Counts the outcome of an attempt. It must be called in the transaction that records the attempt, before it is
 * recorded: an attempt that is recorded already does not count again. A webhook is paused when `FAILURES_BEFORE_PAUSE`
 * different deliveries fail in a row, and resumes with the first delivery that succeeds. Only attempts at the webhook's
 * present URL count. Answers what changed, for the log.
 */
export async function noteOutcome(tx: Sql, attempt: AttemptOutcome): Promise<PauseChange | null> {
  const { outcome, url } = attempt.report;
  if (url === null) return null;
  if (outcome === 'delivered') return await noteSuccess(tx, attempt);
  // Later attempts say nothing new about a receiver, because they belong to deliveries that have failed already.
  return outcome === 'failed' && attempt.number === 1 ? await noteFailure(tx, attempt) : null;
}

async function noteSuccess(tx: Sql, { deliveryId, report }: AttemptOutcome): Promise<PauseChange | null> {
  const [changed] = await tx<{ id: string; wasPaused: boolean }[]>`
    with before as (
      select endpoint.id, paused_at is not null as was_paused
      from webhook_endpoints endpoint join deliveries on endpoint.id = endpoint_id
      where deliveries.id = ${deliveryId} and url = ${report.url} and (failures_in_row > 0 or paused_at is not null)
      for update of endpoint
    )
    update webhook_endpoints set failures_in_row = 0, paused_at = null, probe_at = null, probes = 0
    from before where webhook_endpoints.id = before.id
    returning before.id, was_paused as "wasPaused"`;
  return changed?.wasPaused === true ? { endpointId: changed.id, what: 'resumed' } : null;
}

async function noteFailure(
  tx: Sql,
  { deliveryId, redelivery, number, report }: AttemptOutcome,
): Promise<PauseChange | null> {
  const [changed] = await tx<{ id: string; isPausedNow: boolean }[]>`
    with before as (
      select endpoint.id, paused_at is null and failures_in_row + 1 >= ${FAILURES_BEFORE_PAUSE} as is_paused_now
      from webhook_endpoints endpoint join deliveries on endpoint.id = endpoint_id
      where deliveries.id = ${deliveryId} and url = ${report.url} and enabled and not exists (
        select from delivery_attempts made
        where made.delivery_id = ${deliveryId} and made.redelivery = ${redelivery} and made.number = ${number})
      for update of endpoint
    )
    update webhook_endpoints set failures_in_row = failures_in_row + 1,
      paused_at = case when is_paused_now then now() else paused_at end,
      probe_at = case when is_paused_now then now() + make_interval(secs => ${FIRST_PROBE_SECONDS}) else probe_at end
    from before where webhook_endpoints.id = before.id
    returning before.id, is_paused_now as "isPausedNow"`;
  return changed?.isPausedNow === true ? { endpointId: changed.id, what: 'paused' } : null;
}
