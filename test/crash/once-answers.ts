import type { Wish } from './once-story.ts';

/** The answer to one request under a key; a way of asking that does not show a part leaves it out. */
export interface Told {
  readonly way: string;
  readonly outcome: 'accepted' | 'refused';
  readonly seq: number | null;
  readonly code: string | undefined;
  readonly entitlementId?: string | null;
  readonly change?: number;
  readonly remainingTerm?: number | null;
  /** The case after the event. */
  readonly view?: Readonly<Record<string, unknown>>;
  readonly repeated?: boolean;
}

export interface Asked {
  readonly wish: Wish;
  readonly key: string;
  readonly told: Told[];
}

/** What an answer says of the case, and a retry must say again. */
export const VIEW = [
  'status',
  'minutes',
  'channel',
  'decrementEntitlementTerm',
  'customerId',
  'entitlementId',
  'entitlementReason',
  'entitlementExplanation',
  'slaId',
  'firstResponseDueAt',
  'resolutionDueAt',
] as const;

export interface Row {
  readonly entitlementId: string;
  readonly seq: number;
  readonly change: number;
  readonly remainingTerm: number | null;
  readonly refusal: string | null;
  readonly after: { status: string; minutes: number; channel?: string | null; detached?: boolean } | null;
}

/** How an answer differs from the ledger's row of the same key; undefined where they agree. */
export function differsFromRow(told: Told, rows: readonly Row[]): string | undefined {
  if (told.seq === null) return undefined;
  const [row] = rows;
  // A Temporal client is answered before the attach is written. If another entitlement wrote first, it is given up.
  if (row === undefined) return told.way === 'update' ? undefined : 'the answer has no row';
  if (row.seq !== told.seq) return 'the answer has another row';
  if ((row.refusal ?? undefined) !== told.code) return 'the row has another refusal';
  if (told.change !== undefined && told.change !== row.change) return 'the row has another change';
  if (told.remainingTerm !== undefined && told.remainingTerm !== row.remainingTerm)
    return 'the row has another remaining';
  if (told.entitlementId != null && told.entitlementId !== row.entitlementId)
    return 'the row is of another entitlement';
  const { view } = told;
  if (view === undefined || row.after === null) return undefined;
  if (row.after.detached) return view.entitlementId === null ? undefined : 'the case was taken off';
  if (view.entitlementId !== row.entitlementId) return 'the case is on another entitlement than the row';
  const isSame = view.status === row.after.status && view.minutes === row.after.minutes;
  return isSame && view.channel === (row.after.channel ?? null)
    ? undefined
    : 'the case stands otherwise than in the row';
}

/**
 * How a retry's answer differs from the first answer, as far as its way of asking shows both; undefined where it does
 * not.
 */
export function differsFromFirst(first: Told, again: Told): string | undefined {
  const fields = ['outcome', 'seq', 'code', 'change', 'remainingTerm', 'view'] as const;
  const wrong = fields.find(
    (field) =>
      first[field] !== undefined &&
      again[field] !== undefined &&
      JSON.stringify(first[field]) !== JSON.stringify(again[field]),
  );
  return wrong === undefined ? undefined : `a retry got another ${wrong}`;
}
