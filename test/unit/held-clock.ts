import type { Clock } from '../../runtime/clock.ts';

/** A clock that stands still until a test moves it. */
export class HeldClock implements Clock {
  #now = 0;
  #alarms: { at: number; call: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): () => void {
    const alarm = { at: this.#now + ms, call };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  soon(call: () => void): void {
    this.after(0, call);
  }

  /** Alarms that are still set. */
  get alarms(): number {
    return this.#alarms.length;
  }

  /** Moves the time, and lets everything run that is due by then. */
  async move(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#alarms.filter(({ at }) => at <= this.#now);
    this.#alarms = this.#alarms.filter(({ at }) => at > this.#now);
    for (const { call } of due) call();
    await settled();
  }
}

/** Resolves once every promise has run that can. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
