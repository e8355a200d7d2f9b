import type { AllocationType } from '../../domain/terms/allocation.ts';
import { currenciesWith } from '../../domain/terms/money.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/**
 * SQL: the amount of a ledger row's charge, by the same rule as `amountOf`: the recorded amount or, in rows of older
 * versions, the quantity times its price, rounded to as many places as the currency has. `unit` is the allocation type,
 * as a value or an expression.
 */
export const chargedAmount = (sql: Sql, unit: AllocationType | Fragment): Fragment => sql`
  coalesce((charge ->> 'amount')::numeric, round((charge ->> 'quantity')::numeric * (charge ->> 'unitPrice')::numeric
    / case ${unit} when 'hours' then 60 else 1 end,
    case when charge ->> 'currency' = any(${[...currenciesWith(0)]}) then 0
      when charge ->> 'currency' = any(${[...currenciesWith(3)]}) then 3
      when charge ->> 'currency' = any(${[...currenciesWith(4)]}) then 4 else 2 end))`;
