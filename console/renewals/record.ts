import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api, type Shapes } from '../data/api.ts';
import { isRefusedAs } from '../data/api-problem.ts';
import { dayAt, knownZone, type Renewal } from './words.ts';

type Entitlement = Shapes['Entitlement'];

/** A renewal with what its page shows beside it; null: the reader may not read it, or there is none. */
export interface RenewalRecord {
  readonly renewal: Renewal;
  readonly customer: Shapes['Customer'] | null;
  readonly entitlement: Entitlement | null;
  readonly successor: Entitlement | null;
  /** The successor's own renewal, to which the link of an old mail leads on. */
  readonly nextRenewalId: string | null;
  /** The names of the SLAs that the terms name, by their ids. */
  readonly slaNames: ReadonlyMap<string, string>;
  /** The zone of the entitlement. */
  readonly zone: string;
  /** The day that it is now in that zone. */
  readonly today: string;
}

/** Somebody else's changes show without a reload. */
const READ_AGAIN_MS = 30_000;

/** What the API answers, null if the reader may not read it. Any other failure is thrown. */
async function optional<Answer>(answer: Promise<{ data?: Answer }>): Promise<Answer | null> {
  try {
    return (await answer).data ?? null;
  } catch (error) {
    if (isRefusedAs(error, 'forbidden', 'not_found')) return null;
    throw error;
  }
}

const entitlementOf = (id: string) => optional(api.GET('/v1/entitlements/{id}', { params: { path: { id } } }));

/** The newest renewal of an entitlement. */
async function renewalOf(entitlementId: string): Promise<string | null> {
  const query = { entitlementId, sort: '-id', limit: 1 } as const;
  return (await optional(api.GET('/v1/renewals', { params: { query } })))?.items[0]?.id ?? null;
}

async function slaNamesOf(ids: readonly (string | null | undefined)[]): Promise<ReadonlyMap<string, string>> {
  const named = [...new Set(ids)].filter((id) => typeof id === 'string');
  const slas = await Promise.all(named.map((id) => optional(api.GET('/v1/slas/{id}', { params: { path: { id } } }))));
  return new Map(slas.flatMap((sla) => (sla === null ? [] : [[sla.id, sla.name] as const])));
}

/** The renewal as it is now. Throws `Refused` and `NoAnswer`. */
export async function readRenewal(id: string): Promise<Renewal> {
  const { data } = await api.GET('/v1/renewals/{id}', { params: { path: { id } } });
  if (data === undefined) throw new TypeError('The API has answered without the renewal.');
  return data;
}

async function readRecord(id: string): Promise<RenewalRecord> {
  const renewal = await readRenewal(id);
  const { customerId, entitlementId, successorId, proposal } = renewal;
  const [customer, entitlement, successor, nextRenewalId] = await Promise.all([
    optional(api.GET('/v1/customers/{id}', { params: { path: { id: customerId } } })),
    entitlementOf(entitlementId),
    successorId === null ? null : entitlementOf(successorId),
    successorId === null ? null : renewalOf(successorId),
  ]);
  const slaNames = await slaNamesOf([entitlement?.slaId, proposal.changes.slaId, successor?.slaId]);
  const zone = knownZone(entitlement?.timeZone ?? 'UTC');
  return {
    renewal,
    customer,
    entitlement,
    successor,
    nextRenewalId,
    slaNames,
    zone,
    today: dayAt(Date.now(), zone),
  };
}

/** Reads the renewal with all that its page shows, and again from time to time. */
export const useRenewalRecord = (id: string): UseQueryResult<RenewalRecord> =>
  useQuery({ queryKey: ['renewal-record', id], queryFn: () => readRecord(id), refetchInterval: READ_AGAIN_MS });

/** The name of an SLA for a table of terms. */
export const slaTextOf =
  ({ slaNames }: RenewalRecord) =>
  (id: string | null): string =>
    id === null ? 'none' : (slaNames.get(id) ?? id);
