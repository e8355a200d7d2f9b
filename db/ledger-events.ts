import type { Sql } from './connect.ts';

/** Whether anybody asks for events of the type that the expression names. */
export const isWanted = (sql: Sql, type: ReturnType<Sql>) => sql`
  exists (select from webhook_endpoints where enabled and ('*' = any(types) or ${type} = any(types)))`;

/**
 * One more part of the statement that writes ledger rows: events of what the rows say, for those that `new_rows` says are
 * new, so each once. `given_rows` and `given_snapshots` are what the statement was given. Where no endpoint is enabled,
 * PostgreSQL finds that out first and looks at no row.
 */
export const eventsPart = (sql: Sql) => sql`, new_events as (
      insert into events (key, type, at, record_type, record_id, customer_id, data)
      select decided.entitlement_id || ':' || decided.seq || ':' || type, type, decided.at,
        case when type like 'case.%' then 'case' else 'entitlement' end,
        case when type like 'case.%' then decided.case_id else decided.entitlement_id end,
        entitlement.customer_id,
        jsonb_build_object('entitlementId', decided.entitlement_id, 'entitlementName', entitlement.name,
          'customerId', entitlement.customer_id, 'seq', decided.seq, 'remainingTerm', decided.remaining_after,
          'allocationType', entitlement.state -> 'details' -> 'allocationType', 'by', decided.by, 'reason', decided.reason)
        || case
          when type like 'case.%' then jsonb_build_object('caseId', decided.case_id, 'channel', decided.channel, 'key', decided.key)
          else jsonb_build_object('startDate', entitlement.start_date, 'endDate', entitlement.end_date,
            'timeZone', entitlement.state -> 'details' -> 'timeZone',
            'totalTerm', entitlement.state -> 'details' -> 'totalTerm')
        end
        || case type
          when 'case.attached' then jsonb_build_object('change', decided.change, 'explanation', decided.detail)
          when 'case.refused' then jsonb_build_object('code', decided.refusal, 'detail', decided.detail)
          when 'entitlement.near_depletion' then
            jsonb_build_object('crossedPercent', decided.facts -> 'crossed', 'usedPercent', decided.facts -> 'crossed' -> -1)
          else '{}'
        end
      from given_rows decided
        join new_rows using (entitlement_id, seq)
        join given_snapshots entitlement on entitlement.id = decided.entitlement_id
        cross join lateral unnest(array_remove(array[
          case decided.kind
            when 'attached' then 'case.attached'
            when 'refused' then 'case.refused'
            when 'started' then 'entitlement.activated'
            when 'expired' then 'entitlement.expired'
            when 'canceled' then 'entitlement.canceled'
            when 'activated' then case decided.facts ->> 'status'
              when 'active' then 'entitlement.activated'
              when 'expired' then 'entitlement.expired' end
          end,
          case when decided.facts ? 'crossed' then 'entitlement.near_depletion' end,
          case when decided.facts -> 'crossed' @> '100' then 'entitlement.exhausted' end
        ], null)) as type
      where exists (select from webhook_endpoints where enabled) and ${isWanted(sql, sql`type`)}
      order by decided.entitlement_id, decided.seq
      on conflict do nothing
    )`;
