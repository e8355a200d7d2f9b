import type { Reconciled } from './reconcile.ts';
import type { Mended } from './repaired.ts';

/** What a worker writes while a pass runs can be mended by the next one. */
const MOST_PASSES = 3;

interface Passes {
  readonly repair: () => Promise<readonly Mended[]>;
  readonly compare: () => Promise<Reconciled>;
  /** Called before each further pass. */
  readonly onAgain: () => void;
}

/**
 * Repairs and compares, until nothing differs, a pass mends nothing, or three passes are done. Answers the last comparison
 * and all that was mended.
 */
export async function inPasses({
  repair,
  compare,
  onAgain,
}: Passes): Promise<{ readonly reconciled: Reconciled; readonly mended: readonly Mended[] }> {
  const mended: Mended[] = [];
  for (let pass = 1; ; pass += 1) {
    const ofPass = await repair();
    mended.push(...ofPass);
    const reconciled = await compare();
    if (reconciled.differences.length === 0 || ofPass.length === 0 || pass === MOST_PASSES)
      return { reconciled, mended };
    onAgain();
  }
}
