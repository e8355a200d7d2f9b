/** The time, as a parameter, so that tests control it. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Calls once after `ms`, unless the function that it returns is called before. */
  after(ms: number, call: () => void): () => void;
  /** Calls once everything that arrives in this turn of the event loop is there. */
  soon(call: () => void): void;
}

/** The clock of the process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  soon: (call) => {
    setImmediate(call);
  },
};

/** Resolves after `ms`, or as soon as the signal aborts. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener('abort', end);
  });
}
