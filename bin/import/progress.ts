import { type Counts, columnsOf, grouped } from './counts.ts';

/** How often the line changes on a terminal and, less often, in a log file. */
const TERMINAL_INTERVAL_MS = 100;
const FILE_INTERVAL_MS = 5_000;
const MS_PER_SECOND = 1_000;

/** One line on stderr that shows the progress of a file; on a terminal it is overwritten. */
export class Progress {
  readonly #name: string;
  readonly #total: number;
  readonly #dryRun: boolean;
  readonly #isTerminal = process.stderr.isTTY === true;
  readonly #startedAt = performance.now();
  #saidAt = performance.now();

  constructor(name: string, total: number, dryRun: boolean) {
    this.#name = name;
    this.#total = total;
    this.#dryRun = dryRun;
  }

  show(counts: Counts): void {
    const intervalMs = this.#isTerminal ? TERMINAL_INTERVAL_MS : FILE_INTERVAL_MS;
    if (performance.now() - this.#saidAt < intervalMs) return;
    this.#saidAt = performance.now();
    this.#say(this.#line(counts), !this.#isTerminal);
  }

  /** Shows why the import is waiting. */
  note(line: string): void {
    this.#say(`${this.#name}: ${line}`, true);
  }

  end(counts: Counts): void {
    this.#say(this.#line(counts), true);
  }

  #line(counts: Counts): string {
    const seconds = (performance.now() - this.#startedAt) / MS_PER_SECOND;
    const rate = grouped(Math.round(counts.rows / Math.max(seconds, 0.001)));
    const parts = columnsOf(this.#dryRun).map((column) => `${grouped(counts[column])} ${column}`);
    return `${this.#name}: ${grouped(counts.rows)} of ${grouped(this.#total)} rows, ${rate}/s: ${parts.join(', ')}`;
  }

  #say(line: string, stays: boolean): void {
    process.stderr.write(`${this.#isTerminal ? '\r\u001b[K' : ''}${line}${stays ? '\n' : ''}`);
  }
}
