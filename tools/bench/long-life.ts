import { anEntitlement } from './entitlements.ts';
import { type Figure, figure } from './figure.ts';
import { median } from './load.ts';
import type { BenchStack } from './stack.ts';

const CASES = 10_000;
const EVENTS_PER_REQUEST = 1_000;
const PAIRS = 300;

/**
 * What an attach takes on an entitlement that 10,000 cases have passed, against a new one: in turn, so that drift does
 * not count.
 */
export async function longLife(stack: BenchStack, say: (line: string) => void): Promise<Figure[]> {
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
  const times = { old: [] as number[], young: [] as number[] };
  const attach = async (which: 'old' | 'young', n: number) => {
    const { id, customerId } = which === 'old' ? old : young;
    const begun = performance.now();
    await stack.send('POST', '/v1/cases', { id: `long-${which}-${n}`, customerId, entitlementId: id }, 201);
    times[which].push(performance.now() - begun);
  };
  for (let n = 0; n < PAIRS; n++) {
    // The order alternates, so that neither always follows the other.
    await attach(n % 2 === 0 ? 'old' : 'young', n);
    await attach(n % 2 === 0 ? 'young' : 'old', n);
  }
  const [oldMs, youngMs] = [median(times.old), median(times.young)];
  const detail = `${oldMs.toFixed(2)} ms against ${youngMs.toFixed(2)} ms, medians of ${PAIRS}`;
  return [figure('attach_cost_after_10000_vs_first', oldMs / youngMs, 'at most', 1.1, detail)];
}
