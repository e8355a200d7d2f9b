import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { createEntitlement, record } from '../../domain/entitlements/evolve.ts';
import { decideCreate, decideLife } from '../../domain/entitlements/life.ts';
import { contactId, entitlementId, productId } from '../../domain/ids.ts';
import { isRefused } from '../../domain/refusals.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { type Figure, figure } from './figure.ts';
import { load, type Rate } from './load.ts';
import { benchDetails, benchOrigin } from './records.ts';
import { type BenchOptions, ratesText, ratios, roundsOf } from './rounds.ts';
import type { BenchStack } from './stack.ts';

const CUSTOMERS = 100_000;
const ENTITLEMENTS_EACH = 10;
/** Customers in one insert: a minute's work shows its progress. */
const CUSTOMERS_AT_ONCE = 10_000;
const CLIENTS = 32;
const WARM_UP_SECONDS = 3;
const ROUND_SECONDS = 4;

/** What a match asks of a million entitlements, against a route that reads one record by its primary key. */
export async function match(stack: BenchStack, say: (line: string) => void, options: BenchOptions): Promise<Figure[]> {
  await fill(stack, say);
  const someone = () => `match-${Math.floor(Math.random() * CUSTOMERS)}`;
  const key = async (): Promise<number> => {
    await stack.send('GET', `/v1/customers/${someone()}`, null, 200);
    return 1;
  };
  const matching = async (): Promise<number> => {
    const body = { customerId: someone(), channel: 'phone', productId: 'match-product' };
    const { candidates } = await stack.send<{ candidates: unknown[] }>('POST', '/v1/cases/match', body, 200);
    if (candidates.length !== ACTIVE) throw new Error(`${candidates.length} candidates instead of ${ACTIVE}.`);
    return 1;
  };
  await load({ clients: CLIENTS, seconds: WARM_UP_SECONDS }, key);
  await load({ clients: CLIENTS, seconds: WARM_UP_SECONDS }, matching);
  const rates = { key: [] as Rate[], matching: [] as Rate[] };
  for (const round of roundsOf(options)) {
    const byKey = await load({ clients: CLIENTS, seconds: ROUND_SECONDS }, key);
    const matched = await load({ clients: CLIENTS, seconds: ROUND_SECONDS }, matching);
    rates.key.push(byKey);
    rates.matching.push(matched);
    say(`round ${round}: by key ${byKey.perSecond.toFixed(0)}/s, match ${matched.perSecond.toFixed(0)}/s`);
  }
  const detail = `${ratesText(rates.matching)} /s of ${ACTIVE} candidates each against ${ratesText(rates.key)} /s`;
  return [figure('match_1m_vs_primary_key_select', ratios(rates.matching, rates.key), 'at least', 0.5, detail)];
}

/** The six active entitlements of each customer, of all kinds. `fill` adds four that a match must leave out. */
const KINDS: readonly Partial<EntitlementDetails>[] = [
  {},
  { productIds: [productId('match-product')] },
  { productIds: [productId('another-product')] },
  { contactIds: [contactId('match-contact')] },
  { channels: [{ channel: 'phone', totalTerm: 5 }] },
  { allocationType: 'hours', totalTerm: 6_000, period: 'month', rolloverCap: 600 },
];
const ACTIVE = KINDS.length;

async function fill(stack: BenchStack, say: (line: string) => void): Promise<void> {
  const states = [
    ...KINDS.map((changes) => activeState(changes)),
    ...Array<Entitlement>(3).fill(expiredState()),
    draftState(),
  ];
  const { sql } = stack;
  await sql`insert into products (id, name) values ('match-product', 'Pump') on conflict do nothing`;
  for (let from = 0; from < CUSTOMERS; from += CUSTOMERS_AT_ONCE) {
    const to = from + CUSTOMERS_AT_ONCE - 1;
    await sql`
      insert into customers (id, type, name)
      select 'match-' || n, 'account', 'Customer ' || n from generate_series(${from}::int, ${to}::int) n`;
    await sql`
      insert into entitlements (id, name, customer_id, status, start_date, end_date, starts_at, ends_at, remaining_term, seq,
        generation, deleted, created_at, updated_at, state)
      select 'match-' || n || '-' || kind, 'Entitlement ' || n || '-' || kind, 'match-' || n, state->>'status',
        (state->'details'->>'startDate')::date, (state->'details'->>'endDate')::date,
        to_timestamp((state->>'startsAt')::bigint / 1000), to_timestamp((state->>'endsAt')::bigint / 1000),
        (state->>'granted')::int, (state->>'seq')::int, 0, false, now(), now(),
        jsonb_set(jsonb_set(state, '{id}', to_jsonb('match-' || n || '-' || kind)),
          '{details,customerId}', to_jsonb('match-' || n))
      from generate_series(${from}::int, ${to}::int) n
      cross join unnest(${states.map((state) => JSON.stringify(state))}::text[]) with ordinality as given (text, kind)
      cross join lateral (select text::jsonb as state) made`;
    say(`match: ${(to + 1) * ENTITLEMENTS_EACH} entitlements of ${CUSTOMERS * ENTITLEMENTS_EACH}`);
  }
  await sql`vacuum analyze entitlements, customers`;
}

function draftState(changes: Partial<EntitlementDetails> = {}): Entitlement {
  const drafted = decideCreate({ ...benchDetails('match', 'match'), ...changes }, benchOrigin(), null);
  if (isRefused(drafted)) throw new Error(drafted.refused.detail);
  return createEntitlement(entitlementId('match'), drafted).entitlement;
}

function activeState(changes: Partial<EntitlementDetails>): Entitlement {
  const draft = draftState(changes);
  const activated = decideLife(draft, { kind: 'activate' }, benchOrigin());
  if (isRefused(activated)) throw new Error(activated.refused.detail);
  return record(draft, activated).entitlement;
}

const expiredState = (): Entitlement => activeState({ startDate: '2020-01-01', endDate: '2020-12-31' });
