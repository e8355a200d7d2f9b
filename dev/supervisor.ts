import { setTimeout as sleep } from 'node:timers/promises';

export interface Running {
  pid: number;
  /** Resolves with how it ended, in words. */
  exited: Promise<string>;
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;
// A process that ran this long was healthy, so after its next end the waiting times start again from the shortest.
const HEALTHY_AFTER_MS = 60_000;
const MS_PER_SECOND = 1_000;

/** Keeps one process running: reports when it dies unexpectedly and restarts it, waiting longer each time. */
export class Supervised<Process extends Running> {
  readonly name: string;
  readonly #begin: () => Promise<Process>;
  readonly #say: (line: string) => void;
  readonly #cancel = new AbortController();
  #starting: Promise<Process> | undefined;
  #running: Process | undefined;
  #failures = 0;

  constructor(name: string, begin: () => Promise<Process>, say: (line: string) => void) {
    this.name = name;
    this.#begin = begin;
    this.#say = say;
  }

  /** Starts the process for the first time; throws when that fails. */
  async start(): Promise<Process> {
    const process = await this.#launch();
    void this.#watch(process);
    return process;
  }

  async stop(): Promise<void> {
    this.#cancel.abort();
    // A start under way cannot be canceled; wait for it, so that nothing is left behind.
    await this.#starting?.catch(() => undefined);
    if (this.#running === undefined) return;
    const startedAt = performance.now();
    await this.#running.stop();
    this.#say(`${this.name}: stopped (${seconds(startedAt)})`);
    this.#running = undefined;
  }

  /** Kills the process at once. */
  kill(): void {
    this.#cancel.abort();
    this.#running?.kill('SIGKILL');
  }

  get #stopping(): boolean {
    return this.#cancel.signal.aborted;
  }

  async #launch(): Promise<Process> {
    if (this.#stopping) throw new Error(`${this.name} is not started: all is stopping`);
    this.#starting = this.#begin();
    try {
      this.#running = await this.#starting;
      return this.#running;
    } finally {
      this.#starting = undefined;
    }
  }

  async #watch(first: Process): Promise<void> {
    for (let process: Process | undefined = first; process !== undefined; process = await this.#again()) {
      const startedAt = performance.now();
      const how = await process.exited;
      if (this.#stopping) return;
      this.#running = undefined;
      if (performance.now() - startedAt > HEALTHY_AFTER_MS) this.#failures = 0;
      this.#say(`${this.name}: pid ${process.pid} died unasked (${how}); starting it again`);
    }
  }

  async #again(): Promise<Process | undefined> {
    while (!this.#stopping) {
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** this.#failures, LONGEST_WAIT_MS);
      this.#failures += 1;
      await sleep(waitMs, undefined, { signal: this.#cancel.signal }).catch(() => undefined);
      if (this.#stopping) return undefined;
      const startedAt = performance.now();
      try {
        const process = await this.#launch();
        this.#say(`${this.name}: runs again as pid ${process.pid} (${seconds(startedAt)})`);
        return process;
      } catch (error) {
        if (!this.#stopping)
          this.#say(
            `${this.name}: could not be started again: ${error instanceof Error ? error.message : String(error)}`,
          );
      }
    }
    return undefined;
  }
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / MS_PER_SECOND).toFixed(1)} s`;
}
