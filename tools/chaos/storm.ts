import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../db/postgres/connect.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { holdTable } from '../../dev/held-table.ts';
import { type FaultName, nameOf, type PlannedFault } from './plan.ts';
import type { ChaosStack } from './stack.ts';
import { type BadEnd, Victim } from './victim.ts';

/** A fault as it happened; instants in ms of `performance.now()`. */
export interface Disturbance {
  readonly fault: PlannedFault;
  readonly name: FaultName;
  readonly from: number;
  /** When the victim served again; undefined while it does not. */
  to: number | undefined;
  /** Why it could not be done; a table cannot be locked while PostgreSQL is away. */
  missed?: string;
}

const LOCK_WITHIN_MS = 4_000;

/** Carries a plan out, and makes everything whole again. */
export class Storm {
  readonly disturbances: Disturbance[] = [];
  readonly badEnds: BadEnd[] = [];
  readonly #stack: ChaosStack;
  readonly #victims: ReadonlyMap<string, Victim>;
  readonly #locker: Sql;
  readonly #onFault: (fault: PlannedFault) => void;

  constructor(stack: ChaosStack, onFault: (fault: PlannedFault) => void = () => undefined) {
    this.#stack = stack;
    this.#victims = new Map(stack.parts.map((part) => [part.name, new Victim(part, this.badEnds)]));
    this.#locker = connect(stack.databaseUrl, { max: 4 });
    this.#onFault = onFault;
  }

  /** Begins each fault at its instant, and resolves once all are over and every victim serves again. */
  async run(plan: readonly PlannedFault[]): Promise<void> {
    const begun = performance.now();
    await Promise.all(
      plan.map(async (fault) => {
        await sleep(Math.max(0, begun + fault.atMs - performance.now()));
        this.#onFault(fault);
        await this.#suffer(fault);
      }),
    );
  }

  /** Lets go of the processes: whoever started them ends them. */
  async end(): Promise<void> {
    for (const victim of this.#victims.values()) victim.retire();
    await this.#locker.end({ timeout: 2 });
  }

  async #suffer(fault: PlannedFault): Promise<void> {
    const happened: Disturbance = { fault, name: nameOf(fault), from: performance.now(), to: undefined };
    this.disturbances.push(happened);
    try {
      if (fault.on === 'link') await this.#disturb(fault);
      else if (fault.on === 'table') await this.#lock(fault);
      else await this.#hit(fault);
    } catch (error) {
      happened.missed = error instanceof Error ? error.message : String(error);
      // A process that does not start again is a finding; a table that cannot be locked is none.
      if (fault.on === 'part')
        this.badEnds.push({ part: fault.victim, how: `did not start again: ${happened.missed}`, at: Date.now() });
    } finally {
      happened.to = performance.now();
    }
  }

  async #hit({ kind, victim: name, lengthMs }: PlannedFault): Promise<void> {
    const victim = this.#victims.get(name);
    if (victim === undefined) throw new RangeError(`There is no part "${name}".`);
    await victim.inTurn(async () => {
      if (kind === 'freeze') {
        await victim.freeze();
        await sleep(lengthMs);
        victim.thaw();
        return;
      }
      if (kind === 'kill') await victim.kill();
      else if (kind === 'immediate') await victim.immediate();
      else await victim.stop();
      await sleep(lengthMs);
      await victim.start();
    });
  }

  async #disturb(fault: Extract<PlannedFault, { on: 'link' }>): Promise<void> {
    const { links } = this.#stack;
    links.begin(fault.victim, fault.kind);
    await sleep(fault.lengthMs);
    links.end(fault.victim);
  }

  async #lock(fault: Extract<PlannedFault, { on: 'table' }>): Promise<void> {
    const holding = holdTable(this.#locker, fault.victim, fault.kind === 'share' ? 'share' : 'access exclusive');
    const held = await Promise.race([holding, sleep(LOCK_WITHIN_MS)]);
    if (held === undefined) {
      // It comes too late: it is given back at once.
      void holding.then(({ release }) => release()).catch(() => undefined);
      throw new Error('the lock was not to be had');
    }
    await Promise.race([sleep(fault.lengthMs), held.ended]);
    held.release();
    await Promise.race([held.ended, sleep(LOCK_WITHIN_MS)]);
  }
}
