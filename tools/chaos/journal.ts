/**
 * What the clients noted: what each asked for under which key, and every answer that it got. The judge reads it beside
 * the database, so it holds plain JSON; instants are ms since the run began.
 */

export const CASE_KINDS = ['attach', 'update', 'move', 'resolve', 'cancel', 'reactivate', 'decrement'] as const;
export type CaseKind = (typeof CASE_KINDS)[number];
export const COMMAND_KINDS = [
  'create',
  'edit',
  'activate',
  'deactivate',
  'top-up',
  'cancel-entitlement',
  'renew',
  'delete',
  'set-default',
  'clear-default',
  'accept',
  'decline',
  'snooze',
] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

/**
 * `route`: the case's own route. `async`: the same with `Prefer: respond-async`. `list`: POST /v1/case-events. `signal`:
 * straight to the workflow, past the API.
 */
export type Way = 'route' | 'async' | 'list' | 'signal';

/** What an answer said. */
export interface Told {
  /** `told`: the message was taken; what comes of it is in the ledger alone. */
  readonly outcome: 'accepted' | 'refused' | 'told';
  readonly status: number;
  readonly code?: string;
  readonly seq: number | null;
  readonly change?: number;
  readonly remainingTerm?: number | null;
  readonly entitlementId?: string | null;
  readonly repeated?: boolean;
  /** The whole answer of a route. */
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface Attempt {
  readonly way: Way;
  readonly sentAt: number;
  readonly endedAt: number;
  /** Null: nobody knows what became of it. */
  readonly told: Told | null;
  /** Where there was no answer of use: the status, or what broke. */
  readonly trouble?: string;
  /** It was sent when the answer was known already. */
  readonly isRepeat?: true;
}

/** The content of a case event. */
export interface CaseContent {
  readonly caseId: string;
  readonly customerId?: string;
  /** Of an attach and a move: the entitlement that is named; null takes the case off. */
  readonly to?: string | null;
  /** Of a signal: the workflow that gets it. */
  readonly at?: string;
  readonly channel?: string;
  readonly minutes?: number;
  readonly decrementEntitlementTerm?: boolean;
  readonly override?: { readonly reason: string };
}

interface Asked<Kind extends string> {
  readonly client: string;
  readonly key: string;
  readonly kind: Kind;
  readonly attempts: Attempt[];
  /** The client went away before it knew the outcome. */
  isAbandoned?: true;
}

export interface AskedCase extends Asked<CaseKind> {
  readonly content: CaseContent;
}

export interface AskedCommand extends Asked<CommandKind> {
  /** The entitlement or the renewal that it is about; of a creation, the entitlement that came of it. */
  readonly target: string | null;
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
}

/** An entitlement as a reader saw it. */
export interface Reading {
  readonly entitlementId: string;
  readonly sentAt: number;
  readonly version: number;
  readonly status: string;
  readonly remainingTerm: number | null;
}

export interface Journal {
  readonly cases: AskedCase[];
  readonly commands: AskedCommand[];
  readonly readings: Reading[];
}

export const newJournal = (): Journal => ({ cases: [], commands: [], readings: [] });

/** The first answer; undefined while there is none. */
export const firstTold = ({ attempts }: { readonly attempts: readonly Attempt[] }) =>
  attempts.find((attempt): attempt is Attempt & { told: Told } => attempt.told !== null);
