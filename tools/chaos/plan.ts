import type { Fault as LinkFault } from '../../dev/tcp-proxy.ts';
import { Seeded } from '../seeded.ts';
import type { PartKind } from './stack.ts';

/** What is done to a process. `immediate`: PostgreSQL's own sudden end, in which it also ends all its backends. */
export type PartFault = 'kill' | 'stop' | 'immediate' | 'freeze';
export type TableLock = 'exclusive' | 'share';

export type PlannedFault = { readonly n: number; readonly atMs: number; readonly lengthMs: number } & (
  | { readonly on: 'part'; readonly kind: PartFault; readonly victim: string }
  | { readonly on: 'link'; readonly kind: LinkFault; readonly victim: string }
  | { readonly on: 'table'; readonly kind: TableLock; readonly victim: string }
);

/** A fault in a word or two. */
export type FaultName = PartFault | `link ${LinkFault}` | `lock ${TableLock}`;
export const nameOf = ({ on, kind }: Pick<PlannedFault, 'on' | 'kind'>): FaultName =>
  (on === 'part' ? kind : on === 'link' ? `link ${kind}` : `lock ${kind}`) as FaultName;

export interface Victims {
  readonly parts: readonly { readonly name: string; readonly kind: PartKind }[];
  readonly links: readonly string[];
}

const LINK_FAULTS: readonly LinkFault[] = ['reset', 'cut', 'halfOpen', 'frozen', 'slow'];
/** The tables that a decision, a renewal or a delivery writes. */
const TABLES = ['ledger', 'entitlements', 'cases', 'ledger', 'events', 'deliveries', 'renewals', 'unattached_events'];
/** How many faults of each sort come among ten. */
const SORTS = ['part', 'link', 'part', 'link', 'table', 'part', 'link', 'part', 'link', 'part'] as const;

const GAP_MS = { from: 300, to: 3_500 };
/** Most faults are short; one in so many lasts long enough for every deadline of the product to pass. */
const LONG_SHARE = 0.15;
const LENGTHS_MS: Readonly<Record<'short' | 'long', { from: number; to: number }>> = {
  short: { from: 200, to: 4_000 },
  long: { from: 6_000, to: 12_000 },
};
/** A process that was ended needs some seconds to serve again before it is disturbed again. */
const RECOVERS_MS = 6_000;
/** After so long comes a pause, so that there is always something to disturb. */
const STORM_MS = 20_000;
const PAUSE_MS = 5_000;

/** The faults of a run: the same for the same seed, length and victims. Each is over before the run is. */
export function planOf(seed: string, runMs: number, victims: Victims): readonly PlannedFault[] {
  const random = new Seeded(`${seed} plan`);
  const decks = new Decks(random, victims);
  const freeAt = new Map<string, number>();
  const plan: PlannedFault[] = [];
  for (let atMs = random.between(500, 1_500), pauseAt = STORM_MS; atMs < runMs; ) {
    const sort = SORTS[plan.length % SORTS.length] ?? 'part';
    const { from, to } = LENGTHS_MS[random.happens(LONG_SHARE) ? 'long' : 'short'];
    const lengthMs = Math.min(random.between(from, to), runMs - atMs);
    const drawn = decks.draw(sort, (victim) => (freeAt.get(victim) ?? 0) <= atMs);
    if (drawn !== undefined) {
      plan.push({ n: plan.length + 1, atMs, lengthMs, ...drawn } as PlannedFault);
      const rest = drawn.on === 'part' && drawn.kind !== 'freeze' ? RECOVERS_MS : 0;
      freeAt.set(drawn.victim, atMs + lengthMs + rest);
    }
    atMs += random.between(GAP_MS.from, GAP_MS.to);
    if (atMs < pauseAt) continue;
    atMs = Math.max(atMs, pauseAt + PAUSE_MS);
    pauseAt = atMs + STORM_MS;
  }
  return plan;
}

type Sort = PlannedFault['on'];
interface Drawn {
  readonly on: Sort;
  readonly kind: PartFault | LinkFault | TableLock;
  readonly victim: string;
}

/** Every pair of a fault and a victim comes once, in an order drawn from the seed, before one of them comes again. */
class Decks {
  readonly #random: Seeded;
  readonly #all: Readonly<Record<Sort, readonly Drawn[]>>;
  readonly #left: Record<Sort, Drawn[]> = { part: [], link: [], table: [] };

  constructor(random: Seeded, victims: Victims) {
    this.#random = random;
    // In whatever order a stack names them.
    const parts = victims.parts.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const links = victims.links.toSorted();
    this.#all = {
      part: parts.flatMap(({ name, kind }) =>
        faultsOf(kind).map((fault) => ({ on: 'part', kind: fault, victim: name }) as const),
      ),
      link: links.flatMap((victim) => LINK_FAULTS.map((kind) => ({ on: 'link', kind, victim }) as const)),
      table: TABLES.flatMap((victim) =>
        (['exclusive', 'share'] as const).map((kind) => ({ on: 'table', kind, victim }) as const),
      ),
    };
  }

  /** The next pair whose victim is free; undefined where there is none. */
  draw(sort: Sort, isFree: (victim: string) => boolean): Drawn | undefined {
    if (this.#left[sort].length === 0) this.#left[sort] = this.#shuffled(this.#all[sort]);
    const left = this.#left[sort];
    const at = left.findIndex(({ victim }) => isFree(victim));
    return at === -1 ? undefined : left.splice(at, 1)[0];
  }

  /** Faults take turns, so that a short run has all of them: the first of each kind, then the second of each, … */
  #shuffled(all: readonly Drawn[]): Drawn[] {
    const mixed = all
      .map((drawn) => ({ drawn, rank: this.#random.next() }))
      .sort((one, other) => one.rank - other.rank);
    const seen = new Map<string, number>();
    const ranked = mixed.map(({ drawn, rank }) => {
      const turn = seen.get(drawn.kind) ?? 0;
      seen.set(drawn.kind, turn + 1);
      return { drawn, rank: turn + rank };
    });
    return ranked.sort((one, other) => one.rank - other.rank).map(({ drawn }) => drawn);
  }
}

const faultsOf = (kind: PartKind): readonly PartFault[] =>
  kind === 'postgres' ? ['kill', 'stop', 'immediate', 'freeze'] : ['kill', 'stop', 'freeze'];

/** A line of the plan: `12.4 s  freeze worker-1 for 3.1 s`. */
export const lineOf = (fault: PlannedFault): string => {
  const what = fault.on === 'part' ? fault.kind : fault.on === 'link' ? `${fault.kind} the connection` : 'lock';
  const how = fault.on === 'table' ? ` in ${fault.kind} mode` : '';
  return `${(fault.atMs / 1_000).toFixed(1).padStart(6)} s  ${what} ${fault.victim}${how}, for ${(fault.lengthMs / 1_000).toFixed(1)} s`;
};
