import { setTimeout as sleep } from 'node:timers/promises';
import { keysTwice, strayParts, streamLinkedCases, streamStrayCases } from '../../db/ledger/reconcile.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { compareCase, compareKeyTwice, compareStrayCase, compareStrayPart } from './compare-case.ts';
import type { Difference } from './difference.ts';
import { LOOK_AGAIN_MS, PATIENCE_MS } from './patience.ts';

/** The differences between the records of cases and the ledgers of their entitlements. */
export async function wrongCases(sql: Sql): Promise<Difference[]> {
  const differences: Difference[] = [];
  for await (const record of streamLinkedCases(sql)) differences.push(...compareCase(record));
  return differences;
}

/** Cases that are not where their records say. Cases that are being given up at this moment are left out. */
export async function strayCases(sql: Sql): Promise<Difference[]> {
  const found = await whatStays({
    read: (caseIds) => allIn(streamStrayCases(sql, caseIds)),
    idOf: ({ caseId }) => caseId,
    mayPass: (stray) => compareStrayCase(stray).mayPass,
  });
  return found.map(compareStrayCase);
}

/** Keys that count twice. Keys whose second row is being given up at this moment are left out. */
export async function keysThatCountTwice(sql: Sql): Promise<Difference[]> {
  const found = await whatStays({ read: (keys) => keysTwice(sql, keys), idOf: ({ key }) => key });
  return found.map(compareKeyTwice);
}

/** Stray parts of shared cases that are still there when nothing can be under way any more. */
export async function partsThatStray(sql: Sql): Promise<Difference[]> {
  const found = await whatStays({ read: (caseIds) => strayParts(sql, caseIds), idOf: ({ caseId }) => caseId });
  return found.map(compareStrayPart);
}

interface Looking<Found> {
  /** `null` reads everything; otherwise only the items found before. */
  readonly read: (among: readonly string[] | null) => Promise<readonly Found[]>;
  readonly idOf: (found: Found) => string;
  /** Whether it may be gone at the next look. */
  readonly mayPass?: (found: Found) => boolean;
}

/** Looks again while something that was found may pass, at most for `PATIENCE_MS`. */
async function whatStays<Found>({ read, idOf, mayPass = () => true }: Looking<Found>): Promise<readonly Found[]> {
  const deadline = performance.now() + PATIENCE_MS;
  let found = await read(null);
  while (found.some(mayPass) && performance.now() + LOOK_AGAIN_MS <= deadline) {
    await sleep(LOOK_AGAIN_MS);
    found = await read(found.map(idOf));
  }
  return found;
}

async function allIn<Found>(source: AsyncIterable<Found>): Promise<readonly Found[]> {
  const found: Found[] = [];
  for await (const one of source) found.push(one);
  return found;
}
