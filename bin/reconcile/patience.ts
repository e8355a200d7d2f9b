import { setTimeout as sleep } from 'node:timers/promises';

/** A workflow writes unconfirmed rows after 30 s; the rest is for the write itself. */
export const PATIENCE_MS = 45_000;
/** The time between two looks. */
export const LOOK_AGAIN_MS = 1_500;

/** How often what was found is looked at again before it is reported. */
const LOOKS = 3;

/** Waits so many milliseconds. */
export type Pause = (ms: number) => Promise<void>;

/** What `find` finds at each of a few looks in a row: what is under way at one of them is gone at the next. */
export async function looksAgain<Found>(
  find: () => Promise<readonly Found[]>,
  nameOf: (found: Found) => string,
  pause: Pause = sleep,
): Promise<readonly Found[]> {
  let found = await find();
  for (let look = 1; look < LOOKS && found.length > 0; look += 1) {
    await pause(LOOK_AGAIN_MS);
    const before = new Set(found.map(nameOf));
    found = (await find()).filter((one) => before.has(nameOf(one)));
  }
  return found;
}
