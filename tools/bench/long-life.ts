import { anEntitlement } from './entitlements.ts';
import { type Figure, figure } from './figure.ts';
import { type BenchOptions, roundsOf } from './rounds.ts';
import { median } from './spread.ts';
import type { BenchStack } from './stack.ts';

const CASES = 10_000;
const EVENTS_PER_REQUEST = 1_000;
/** In each round. */
const PAIRS = 60;

/**
 * What an attach takes on an entitlement that 10,000 cases have passed, against a new one: in turn, so that drift does
 * not count.
 */
export async function longLife(
  stack: BenchStack,
  say: (line: string) => void,
  options: BenchOptions,
): Promise<Figure[]> {
  say(`an entitlement that ${CASES} cases have passed against a new one`);
  const old = await anEntitlement(stack, 'long-old');
  for (let from = 0; from < CASES; from += EVENTS_PER_REQUEST) {
    const events = Array.from({ length: EVENTS_PER_REQUEST }, (_, n) => ({
      kind: 'attach',
      key: `long-key-${from + n}`,
      caseId: `long-${from + n}`,
      customerId: old.customerId,
      entitlementId: old.id,
    }));
    await stack.send('POST', '/v1/case-events', { events }, 200);
  }
  const young = await anEntitlement(stack, 'long-young');
  const attach = async (which: 'old' | 'young', n: number): Promise<number> => {
    const { id, customerId } = which === 'old' ? old : young;
    const begun = performance.now();
    await stack.send('POST', '/v1/cases', { id: `long-${which}-${n}`, customerId, entitlementId: id }, 201);
    return performance.now() - begun;
  };
  const medians = { old: [] as number[], young: [] as number[] };
  for (const round of roundsOf(options)) {
    const times = { old: [] as number[], young: [] as number[] };
    for (let n = round * PAIRS; n < (round + 1) * PAIRS; n++) {
      // The order alternates, so that neither always follows the other.
      const order = n % 2 === 0 ? (['old', 'young'] as const) : (['young', 'old'] as const);
      for (const which of order) times[which].push(await attach(which, n));
    }
    for (const which of ['old', 'young'] as const) medians[which].push(median(times[which]));
  }
  const text = (all: readonly number[]) => all.map((ms) => ms.toFixed(2)).join(' ');
  const detail = `${text(medians.old)} ms against ${text(medians.young)} ms, medians of ${PAIRS}`;
  const costs = medians.old.map((ms, index) => ms / (medians.young[index] ?? Number.NaN));
  return [figure('attach_cost_after_10000_vs_first', costs, 'at most', 1.1, detail)];
}
