import type { AllocationType } from '../../domain/terms/allocation.ts';
import { currenciesWith } from '../../domain/terms/money.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/**
 * What the charge of a ledger row comes to, as `amountOf` says it: the recorded amount, or, in rows of older versions,
 * the quantity at its price, rounded to the currency's own places. `unit` is the allocation type: a value, or an
 * expression.
 */
export const chargedAmount = (sql: Sql, unit: AllocationType | Fragment): Fragment => sql`
  coalesce((charge ->> 'amount')::numeric, round((charge ->> 'quantity')::numeric * (charge ->> 'unitPrice')::numeric
    / case ${unit} when 'hours' then 60 else 1 end,
    case when charge ->> 'currency' = any(${[...currenciesWith(0)]}) then 0
      when charge ->> 'currency' = any(${[...currenciesWith(3)]}) then 3
      when charge ->> 'currency' = any(${[...currenciesWith(4)]}) then 4 else 2 end))`;
