/** What the audit knows; the page takes other words from its address too, because later versions add some. */
export const RECORD_TYPES = [
  'entitlement',
  'case',
  'customer',
  'contact',
  'product',
  'sla',
  'template',
  'renewal',
  'opportunity',
  'settings',
  'api_key',
  'webhook',
  'delivery',
];

/** The most common actions. */
export const ACTIONS = ['created', 'updated', 'deleted', 'revoked', 'rotated', 'redelivered', 'decided', 'refused'];

/** Instants of the viewer's own days: from the beginning of `since` to the end of `until`; a day that is none is left out. */
export function spanOf(since: string | undefined, until: string | undefined): { since?: string; until?: string } {
  const first = startOfDay(since, 0);
  const last = startOfDay(until, 1);
  return { ...(first === undefined ? {} : { since: first }), ...(last === undefined ? {} : { until: last }) };
}

function startOfDay(day: string | undefined, later: number): string | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/
    .exec(day ?? '')
    ?.slice(1)
    .map(Number);
  if (parts === undefined) return undefined;
  const [year = 0, month = 1, date = 1] = parts;
  const midnight = new Date(year, month - 1, date + later);
  return Number.isNaN(midnight.getTime()) ? undefined : midnight.toISOString();
}
