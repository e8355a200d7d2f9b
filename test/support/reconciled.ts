import { expect } from 'vitest';
import { type Reconciled, reconcile } from '../../bin/reconcile/reconcile.ts';
import { connect } from '../../db/postgres/connect.ts';
import type { OwnStack } from './own-stack.ts';

/** One for each workflow that is compared at once, and some for the reads of everything. */
const CONNECTIONS = 10;

/**
 * What `npm run reconcile` compares, in this process: the start of the program takes many times as long as the
 * comparison. `onStep` hears what the program would say meanwhile.
 */
export async function reconciled(
  stack: Pick<OwnStack, 'databaseUrl' | 'client'>,
  onStep: (line: string) => void = () => undefined,
): Promise<Reconciled> {
  const sql = connect(stack.databaseUrl, { max: CONNECTIONS });
  try {
    return await reconcile(sql, await stack.client(), { onProgress: () => undefined, onStep });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Fails with the differences, if there are any. */
export async function expectAgreement(stack: Pick<OwnStack, 'databaseUrl' | 'client'>): Promise<void> {
  const { entitlements, differences } = await reconciled(stack);
  expect(differences).toEqual([]);
  expect(entitlements).toBeGreaterThan(0);
}
