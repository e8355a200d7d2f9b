import { setTimeout as sleep } from 'node:timers/promises';
import { Seeded } from '../seeded.ts';
import type { Sending } from './sending.ts';

/** Who takes turns, and how long it thinks between them. */
interface Taker {
  readonly name: string;
  readonly seed: string;
  readonly sending: Pick<Sending, 'isOver'>;
  readonly thinksMs: { readonly from: number; readonly to: number };
}

/** Takes one turn after the other, with a pause after each, until nobody asks for anything new. */
export async function takeTurns(
  { name, seed, sending, thinksMs }: Taker,
  take: (random: Seeded) => Promise<void>,
): Promise<void> {
  for (let turn = 0; !sending.isOver(); turn += 1) {
    // A generator for each turn: what one turn draws does not depend on how the turns before went.
    const random = new Seeded(`${seed} ${name} ${turn}`);
    await take(random);
    await sleep(random.between(thinksMs.from, thinksMs.to));
  }
}
