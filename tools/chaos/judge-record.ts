import type { LedgerRow, Stored } from './evidence.ts';
import type { AskedCase, AskedCommand, Journal } from './journal.ts';
import type { ReceivedEvent } from './sinks.ts';
import type { BadEnd } from './victim.ts';
import type { WorkflowEvidence } from './workflows.ts';

/** All that the judge needs to know of a run, as plain JSON: a recorded run can be judged again. */
export interface RunRecord {
  /** The entitlements in which something was due; the end of each id says what. */
  readonly timed: readonly string[];
  readonly journal: Journal;
  readonly stored: Stored;
  readonly workflows: readonly WorkflowEvidence[];
  readonly received: readonly ReceivedEvent[];
  readonly mails: readonly string[];
  readonly badEnds: readonly BadEnd[];
  /** What did not become whole again in time. */
  readonly notWhole: readonly string[];
  readonly reconcile: { readonly code: number; readonly lines: readonly string[] };
}

/**
 * `lost`: acknowledged, and not on record. `twice`: on record more than once. `inconsistent`: answers, ledger, read model,
 * workflow or rules contradict each other. `stuck`: something does not go on. `differences`: what reconcile found.
 */
export const VERDICTS = ['lost', 'twice', 'inconsistent', 'stuck', 'differences'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Finding {
  readonly verdict: Verdict;
  readonly what: string;
  /** The key or the record that it is about. */
  readonly about: string;
  /** The rows and answers that show it. */
  readonly evidence?: unknown;
}

export type Asked = AskedCase | AskedCommand;

/** The ledger, ordered for questions. */
export class Books {
  readonly byEntitlement = new Map<string, LedgerRow[]>();
  readonly #byKey = new Map<string, LedgerRow[]>();
  readonly #unattached = new Set<string>();
  readonly #toldOf = new Set<string>();

  constructor({ ledger, unattached }: Pick<Stored, 'ledger' | 'unattached'>) {
    const keys = new Set(ledger.map(({ entitlementId, key }) => `${entitlementId} ${key}`));
    for (const row of ledger) {
      const rows = this.byEntitlement.get(row.entitlementId) ?? [];
      this.byEntitlement.set(row.entitlementId, rows);
      rows.push(row);
      const named =
        row.kind === 'refused' && row.key === null ? /\(key (.*)\)$/.exec(row.detail ?? '')?.[1] : undefined;
      if (named !== undefined) this.#toldOf.add(named);
      // An attach that another entitlement overtook is given up again by a row of its own: it does not count.
      if (row.key === null || keys.has(`${row.entitlementId} lost:${row.caseId}:${row.seq}`)) continue;
      this.#byKey.set(row.key, [...(this.#byKey.get(row.key) ?? []), row]);
    }
    for (const { key } of unattached) this.#unattached.add(key);
  }

  rowsOf(key: string): readonly LedgerRow[] {
    return this.#byKey.get(key) ?? [];
  }

  /** Whether the key stands among those of cases without an entitlement. */
  isUnattached(key: string): boolean {
    return this.#unattached.has(key);
  }

  /** Whether a refused signal with this key is on record: such a refusal names the key in its text. */
  tellsOf(key: string): boolean {
    return this.#toldOf.has(key);
  }

  at(entitlementId: string, seq: number): LedgerRow | undefined {
    return this.byEntitlement.get(entitlementId)?.find((row) => row.seq === seq);
  }
}
