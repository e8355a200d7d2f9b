import { setTimeout as sleep } from 'node:timers/promises';
import { signalAll, treeOf } from './process-tree.ts';
import type { Part, RunningPart } from './stack.ts';

/** A process that ended although nobody ended it, or that did not end as it should. */
export interface BadEnd {
  readonly part: string;
  readonly how: string;
  readonly at: number;
}

/** A process that was told to stop must have ended within this; the deadlines of workers and APIs are half as long. */
const ENDS_WITHIN_MS = 45_000;
const DEAD_WITHIN_MS = 10_000;

/** One process of the system: it is ended, frozen and started again, and watched for an end of its own. */
export class Victim {
  readonly part: Part;
  readonly #ends: BadEnd[];
  #running: RunningPart;
  #isEnding = false;
  #frozen: number[] = [];
  /** What is done to it goes one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(part: Part, ends: BadEnd[]) {
    this.part = part;
    this.#ends = ends;
    this.#running = part.running;
    this.#watch();
  }

  /** Does something to the process once everything before is done; rejects as `what` does. */
  inTurn(what: () => Promise<void>): Promise<void> {
    const done = this.#last.then(what);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** From now on it is no longer watched: whoever started it ends it. */
  retire(): void {
    this.#isEnding = true;
  }

  async kill(): Promise<void> {
    this.#isEnding = true;
    // PostgreSQL's backends notice by themselves that their parent is gone; they are part of what is left behind.
    const tree = await treeOf(this.#running.pid);
    signalAll([this.#running.pid], 'SIGKILL');
    await this.#running.exited;
    if (this.part.kind === 'postgres') await this.#goneOf(tree);
  }

  async immediate(): Promise<void> {
    this.#isEnding = true;
    signalAll([this.#running.pid], 'SIGQUIT');
    await this.#endsWithin('immediate shutdown');
  }

  /** Asks for an orderly end. */
  async stop(): Promise<void> {
    this.#isEnding = true;
    signalAll([this.#running.pid], this.part.kind === 'postgres' ? 'SIGINT' : 'SIGTERM');
    const how = await this.#endsWithin('stop');
    if (this.#isOwn && how !== undefined && how !== 'exit code 0')
      this.#note(`ended with ${how} when it was told to stop`);
  }

  async freeze(): Promise<void> {
    // The parent first: it starts no further children then.
    signalAll([this.#running.pid], 'SIGSTOP');
    this.#frozen = await treeOf(this.#running.pid);
    signalAll(this.#frozen, 'SIGSTOP');
  }

  thaw(): void {
    signalAll(this.#frozen.toReversed(), 'SIGCONT');
    this.#frozen = [];
  }

  async start(): Promise<void> {
    this.#running = await this.part.start();
    this.#isEnding = false;
    this.#watch();
  }

  #watch(): void {
    const running = this.#running;
    void running.exited.then((how) => {
      if (this.#isEnding || running !== this.#running) return;
      this.#note(`ended by itself: ${how}`);
      this.#isEnding = true;
      void this.inTurn(() => this.start()).catch(() => undefined);
    });
  }

  get #isOwn(): boolean {
    return this.part.kind === 'worker' || this.part.kind === 'api';
  }

  #note(how: string): void {
    this.#ends.push({ part: this.part.name, how, at: Date.now() });
  }

  /** How it ended; undefined when it had to be killed. */
  async #endsWithin(what: string): Promise<string | undefined> {
    const timer = new AbortController();
    const late = sleep(ENDS_WITHIN_MS, undefined, { signal: timer.signal }).catch(() => undefined);
    const how = await Promise.race([this.#running.exited, late]);
    timer.abort();
    if (how !== undefined) return how;
    // A server that ignores its stop is no fault of the product: that it is killed then is one more fault to survive.
    if (this.#isOwn) this.#note(`did not end within ${ENDS_WITHIN_MS / 1_000} s of its ${what}`);
    await this.kill();
    return undefined;
  }

  async #goneOf(pids: readonly number[]): Promise<void> {
    const deadline = performance.now() + DEAD_WITHIN_MS;
    while (pids.some(isThere)) {
      if (performance.now() > deadline) signalAll(pids, 'SIGKILL');
      await sleep(50);
    }
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
