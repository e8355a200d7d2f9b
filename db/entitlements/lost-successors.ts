import type { FormerSuccessor } from '../../workflows/entitlements/ports.ts';
import type { Sql } from '../postgres/sql.ts';

/** Successors that were deleted, or canceled before their start, while their predecessors still name them. */
export const findLostSuccessors = (sql: Sql): Promise<FormerSuccessor[]> => sql<FormerSuccessor[]>`
  select successor.id, old.id as "predecessorId", case when successor.deleted
    then 'Its successor ' || successor.id || ' was deleted.'
    else 'Its successor ' || successor.id || ' was canceled before its start.' end as why
  from entitlements old join entitlements successor on successor.id = old.renewed_by_id
  where not old.deleted and old.renewed_by_id is not null and (successor.deleted
    or (successor.status = 'canceled' and exists (select from ledger where entitlement_id = successor.id
      and kind = 'canceled' and at < successor.starts_at)))
  order by old.id`;
