import { basename } from 'node:path';
import { batchesOf, type Entry } from './batches.ts';
import { type Counts, noCounts } from './counts.ts';
import type { Decide, Result } from './decide.ts';
import type { Kind } from './kinds.ts';
import type { Progress } from './progress.ts';
import type { RefusedRow, Report } from './report.ts';

/** How many batches are under way at once: while the API writes one, the next one is read. */
const BATCHES_IN_FLIGHT = 3;

/** Imports a file's rows in order and counts the results. Refused rows go to the report, in the same order. */
export async function importFile(
  { path, kind }: { readonly path: string; readonly kind: Kind },
  { decide, report, progress }: { decide: Decide; report: Report; progress: Progress },
): Promise<Counts> {
  const counts = noCounts();
  const underWay: Promise<readonly Decided[]>[] = [];
  const settle = async (batch: Promise<readonly Decided[]>) => {
    const decided = await batch;
    for (const { result } of decided) {
      counts.rows += 1;
      counts[result.outcome] += 1;
    }
    await report.add(decided.flatMap((one) => refusedRow(basename(path), kind, one)));
    progress.show(counts);
  };
  for await (const batch of batchesOf(path, kind)) {
    const oldest = underWay.length < BATCHES_IN_FLIGHT ? undefined : underWay.shift();
    if (oldest !== undefined) await settle(oldest);
    const sent = decideBatch(batch, kind, decide);
    // A failure is handled when the batch's turn comes; until then Node.js must not count it as unhandled.
    sent.catch(() => undefined);
    underWay.push(sent);
  }
  for (const batch of underWay) await settle(batch);
  progress.end(counts);
  return counts;
}

interface Decided {
  readonly entry: Entry;
  readonly result: Result;
}

async function decideBatch(batch: readonly Entry[], kind: Kind, decide: Decide): Promise<readonly Decided[]> {
  const sent = batch.filter(({ refused }) => refused === null);
  const results =
    sent.length === 0
      ? []
      : await decide(
          kind,
          sent.map(({ row }) => row),
        );
  if (results.length !== sent.length) throw new TypeError('The API must answer one result for each row.');
  const next = results.values();
  return batch.map((entry) => ({
    entry,
    result: entry.refused === null ? (next.next().value as Result) : { outcome: 'refused', ...entry.refused },
  }));
}

function refusedRow(file: string, kind: Kind, { entry: { line, id }, result }: Decided): RefusedRow[] {
  if (result.outcome !== 'refused') return [];
  const { code = 'unknown', field = '', detail = '' } = result;
  return [{ file, line, id, code, field: kind.columnOf(field), detail }];
}
