import type { EventType } from '../../domain/deliveries/event-types.ts';
import {
  ACTIVATION,
  EVENT_OF_ACTIVATION,
  EVENT_OF_ANY_THRESHOLD,
  EVENT_OF_KIND,
  EVENT_OF_THRESHOLD,
} from '../../domain/deliveries/row-events.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';
import { columnList, type LedgerColumn } from './ledger-columns.ts';

/** Choices of a `case` expression, from one of the domain's tables: it holds fixed words alone. */
const choices = (eventOf: Readonly<Partial<Record<string, EventType>>>): string =>
  Object.entries(eventOf)
    .map(([value, type]) => `when '${value}' then '${type}'`)
    .join(' ');

/** The types of the events of a row, null for each that it does not make. */
const TYPES_OF_ROW = [
  `case kind ${choices(EVENT_OF_KIND)}
    when '${ACTIVATION}' then case facts ->> 'status' ${choices(EVENT_OF_ACTIVATION)} end end`,
  `case when facts ? 'crossed' then '${EVENT_OF_ANY_THRESHOLD}' end`,
  ...Object.entries(EVENT_OF_THRESHOLD).map(
    ([percent, type]) => `case when facts -> 'crossed' @> '${percent}' then '${type}' end`,
  ),
].join(', ');

/** SQL: an enabled webhook subscribes to the event type that `type` (an expression) names. */
export const isWanted = (sql: Sql, type: Fragment): Fragment => sql`
  exists (select from webhook_endpoints where enabled and ('*' = any(types) or ${type} = any(types)))`;

const NEW_ROW_COLUMNS = [
  'entitlement_id',
  'seq',
  'kind',
  'at',
  'key',
  'by',
  'reason',
  'case_id',
  'channel',
  'change',
  'remaining_after',
  'refusal',
  'detail',
  'facts',
] as const satisfies readonly LedgerColumn[];

/** SQL: what `new_rows` returns of each row that the statement inserts, for events and audit. */
export const newRowColumns = (sql: Sql): Fragment => columnList(sql, NEW_ROW_COLUMNS);

/** The part of an entitlement's snapshot that its events contain. */
interface EntitlementOfEvents {
  readonly id: string;
  readonly name: string;
  readonly customer_id: string;
  readonly state: { readonly details: EntitlementDetails };
}

/**
 * SQL: one part of the statement that writes ledger rows: it records their events. It reads `new_rows`, so an event is
 * recorded once, with the row that causes it. Where no webhook is enabled, PostgreSQL finds that out first and reads no
 * row.
 */
export const eventsPart = (sql: Sql, entitlements: readonly EntitlementOfEvents[]) => sql`, new_events as (
      insert into events (key, type, at, record_type, record_id, customer_id, data)
      select entitlement_id || ':' || seq || ':' || type, type, at,
        -- An event that was refused because it could not be read may name no case.
        case when type like 'case.%' and case_id is not null then 'case' else 'entitlement' end,
        case when type like 'case.%' and case_id is not null then case_id else entitlement_id end,
        about ->> 'customerId',
        jsonb_build_object('entitlementId', entitlement_id, 'seq', seq, 'remainingTerm', remaining_after, 'by', by,
          'reason', reason) || about
        || case
          when type like 'case.%' then jsonb_build_object('caseId', case_id, 'channel', channel, 'key', key)
          else '{}'
        end
        || case type
          when 'case.attached' then jsonb_build_object('change', change, 'explanation', detail)
          when 'case.refused' then jsonb_build_object('code', refusal, 'detail', detail)
          when 'entitlement.near_depletion' then
            jsonb_build_object('crossedPercent', facts -> 'crossed', 'usedPercent', facts -> 'crossed' -> -1)
          when 'entitlement.amended' then ${AMENDMENT(sql)}
          when 'entitlement.amendment_voided' then ${AMENDMENT(sql)}
          when 'entitlement.amendment_scheduled' then ${AMENDMENT(sql)}
          when 'entitlement.paused' then
            jsonb_build_object('until', facts -> 'pause' -> 'until', 'end', facts -> 'pause' -> 'end')
          when 'entitlement.resumed' then
            jsonb_build_object('movedDays', coalesce(facts -> 'movedDays', '0'))
          else '{}'
        end
      from new_rows
        join jsonb_to_recordset(${jsonParameter(sql, entitlements.map(aboutEntitlement))}) as entitlement (id text, about jsonb)
          on entitlement.id = entitlement_id
        cross join lateral unnest(array_remove(array[${sql.unsafe(TYPES_OF_ROW)}], null)) as type
      where exists (select from webhook_endpoints where enabled) and ${isWanted(sql, sql`type`)}
      order by entitlement_id, seq
      on conflict do nothing
    )`;

/** SQL: what the events of an amendment say of it; the values after it are those of the entitlement. */
const AMENDMENT = (sql: Sql): Fragment => sql`jsonb_build_object(
  'amendment', coalesce(facts -> 'amendment' -> 'voids', facts -> 'amendment' -> 'n', facts -> 'ahead' -> 'n'),
  'effective', coalesce(facts -> 'amendment' -> 'day', facts -> 'amendment' -> 'effective', facts -> 'ahead' -> 'effective'),
  'change', change, 'money', coalesce(facts -> 'money', 'null'), 'before', coalesce(facts -> 'before', '{}'),
  'changes', coalesce(facts -> 'ahead' -> 'changes', 'null'), 'detail', detail)`;

const aboutEntitlement = ({ id, name, customer_id: customerId, state: { details } }: EntitlementOfEvents) => {
  const { startDate, endDate, timeZone, allocationType, totalTerm } = details;
  return {
    id,
    about: { entitlementName: name, customerId, startDate, endDate, timeZone, allocationType, totalTerm },
  };
};
