import type { Links } from './links.ts';

/**
 * What chaos needs of a system in order to disturb it and to judge it. `own-stack.ts` starts the system of
 * `npm run chaos`; another shape, such as Temporal's server on PostgreSQL, has a `StartStack` of its own. docs/chaos.md
 * says how to write one.
 */

export type PartKind = 'postgres' | 'temporal' | 'worker' | 'api';

/** A process that serves. */
export interface RunningPart {
  readonly pid: number;
  /** How it ended, once it has: `exit code 0`, `signal SIGKILL`. */
  readonly exited: Promise<string>;
}

/** A process that chaos ends, freezes and starts again. */
export interface Part {
  /** Unique in the stack, such as `worker-2`. A plan of faults names the parts so. */
  readonly name: string;
  readonly kind: PartKind;
  /** The process as the stack was handed over. */
  readonly running: RunningPart;
  /** Starts it again on the same ports and data, and resolves once it serves. The part before has ended. */
  start(): Promise<RunningPart>;
}

export interface ChaosStack {
  /** The order in which parts are started again matters where several are down: servers come first. */
  readonly parts: readonly Part[];
  /** The connections that chaos disturbs. */
  readonly links: Links;
  /** Where clients reach the APIs: through links, where there are some to them. */
  readonly apiUrls: readonly string[];
  /** Where the case systems that speak Temporal reach it: through a link, where there is one. */
  readonly clientTemporalAddress: string;
  /** These two lead straight to the servers: the judge asks there. */
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly namespace: string;
  /** A key of an administrator. */
  readonly apiKey: string;
  /** Ends every process and drops the data; leaves the logs. */
  stop(): Promise<void>;
}

export interface StackWish {
  /** For logs, `<part>.log`, and data. */
  readonly dir: string;
  readonly workers: number;
  readonly apis: number;
  /** Every worker and API needs these: where mails and webhooks go. */
  readonly env: NodeJS.ProcessEnv;
  say(line: string): void;
}

/** Starts a system and hands it over once all of it serves. If it fails, it leaves nothing running. */
export type StartStack = (wish: StackWish) => Promise<ChaosStack>;

/** The names of the parts of a stack with so many workers and APIs. */
export const partNames = (kind: 'worker' | 'api', count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${kind}-${n + 1}`);
