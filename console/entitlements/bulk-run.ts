import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { newIdempotencyKey } from '../../client/persistent-fetch.ts';
import { api } from '../data/api.ts';
import { isRefusedAs, NoAnswer, wordsOf } from '../data/api-problem.ts';

/** What is done to each of the chosen entitlements. */
export type BulkCommand = { readonly kind: 'activate' } | { readonly kind: 'cancel'; readonly reason: string };

/** `undone`: stopped before its turn. `unanswered`: it may have been done or not; another try settles it. */
export type BulkState = 'waiting' | 'done' | 'refused' | 'unanswered' | 'undone';

export interface BulkRow {
  readonly id: string;
  readonly name: string;
  readonly customer: string;
  readonly state: BulkState;
  /** The status afterwards, or why it was refused. */
  readonly words: string;
  /** The idempotency key of all tries. */
  readonly key: string;
}

interface Run {
  readonly command: BulkCommand;
  readonly rows: readonly BulkRow[];
  readonly isRunning: boolean;
}

/** So many are sent at once: quick enough, and agents' work still gets its turn. */
const AT_ONCE = 4;

const RETRIED: readonly BulkState[] = ['unanswered', 'undone'];

async function send({ kind, ...command }: BulkCommand, { id, key }: BulkRow): Promise<Partial<BulkRow>> {
  const params = { path: { id }, header: { 'Idempotency-Key': key } };
  const body = 'reason' in command ? { reason: command.reason } : {};
  try {
    const { data } =
      kind === 'activate'
        ? await api.POST('/v1/entitlements/{id}/activate', { params, body })
        : await api.POST('/v1/entitlements/{id}/cancel', { params, body });
    return { state: 'done', words: `It is ${data?.status ?? 'done'} now.` };
  } catch (error) {
    const mayPass = error instanceof NoAnswer || isRefusedAs(error, 'unavailable', 'rate_limited');
    return { state: mayPass ? 'unanswered' : 'refused', words: wordsOf(error) };
  }
}

/** Runs a command over several entitlements, a few at a time, and keeps what became of each. */
export function useBulkRun() {
  const queries = useQueryClient();
  const [run, setRun] = useState<Run | null>(null);
  const stopped = useRef(false);

  const work = async (command: BulkCommand, rows: readonly BulkRow[]) => {
    stopped.current = false;
    const waiting = rows.filter(({ state }) => state === 'waiting');
    setRun({ command, rows, isRunning: true });
    const change = (id: string, changes: Partial<BulkRow>) =>
      setRun((now) =>
        now === null ? now : { ...now, rows: now.rows.map((row) => (row.id === id ? { ...row, ...changes } : row)) },
      );
    const worker = async () => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift())
        change(
          row.id,
          stopped.current ? { state: 'undone', words: 'Stopped before its turn.' } : await send(command, row),
        );
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    setRun((now) => (now === null ? now : { ...now, isRunning: false }));
    await queries.invalidateQueries();
  };

  return {
    run,
    start: (command: BulkCommand, chosen: readonly Pick<BulkRow, 'id' | 'name' | 'customer'>[]) =>
      void work(
        command,
        chosen.map((row) => ({ ...row, state: 'waiting' as const, words: '', key: newIdempotencyKey() })),
      ),
    /** Lets those under way finish and leaves the others as they are. */
    stop: () => {
      stopped.current = true;
    },
    /** Tries again those that were stopped or not answered, with the same keys, so that nothing is done twice. */
    again: () => {
      if (run === null) return;
      const rows = run.rows.map((row) => (RETRIED.includes(row.state) ? { ...row, state: 'waiting' as const } : row));
      void work(run.command, rows);
    },
    canRetry: run !== null && !run.isRunning && run.rows.some(({ state }) => RETRIED.includes(state)),
    forget: () => setRun(null),
  };
}
