import type postgres from 'postgres';

interface Offer {
  readonly entitlementId: string;
  readonly name: string;
  readonly remaining: number;
  readonly channels: readonly string[] | null;
}

/** An entitlement as the routes answer it; undefined when there is none. */
export async function readEntitlement(sql: postgres.Sql, id: string): Promise<object | undefined> {
  const [row] = await sql`
    select id, name, customer_id as "customerId", status, starts_at as "startsAt", ends_at as "endsAt",
      total as "totalTerm", remaining as "remainingTerm", seq as version
    from entitlements where id = ${id}`;
  return row;
}

export async function readCase(sql: postgres.Sql, id: string): Promise<object | undefined> {
  const [row] = await sql`
    select id, customer_id as "customerId", channel, status, entitlement_id as "entitlementId", created_at as "createdAt"
    from cases where id = ${id}`;
  return row;
}

/** What each active entitlement of the customer would do with a case, those that cover it first. Changes nothing. */
export async function match(
  sql: postgres.Sql,
  { customerId, channel }: { customerId: string; channel: string | null },
): Promise<object> {
  const offers = await sql<Offer[]>`
    select id as "entitlementId", name, remaining, channels from entitlements
    where customer_id = ${customerId} and status = 'active' and starts_at <= now() and now() < ends_at
    order by starts_at, id`;
  const candidates = offers.map(({ entitlementId, name, remaining, channels }) => {
    const code = refusalOf(remaining, channels, channel);
    const names = channels === null ? [] : ['channel'];
    return {
      entitlementId,
      name,
      covers: code === null,
      code,
      names,
      remainingAfter: code === null ? remaining - 1 : null,
    };
  });
  candidates.sort((one, other) => Number(other.covers) - Number(one.covers) || other.names.length - one.names.length);
  const [best] = candidates;
  return { candidates, picked: best?.covers === true ? best.entitlementId : null };
}

function refusalOf(remaining: number, channels: readonly string[] | null, channel: string | null): string | null {
  if (channels !== null && (channel === null || !channels.includes(channel))) return 'channel_not_covered';
  return remaining < 1 ? 'exhausted' : null;
}
