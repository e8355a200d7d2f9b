import fc from 'fast-check';
import type { Death } from './mortal-api.ts';

/** What a caller asks for, under one key; cases and entitlements by their number in the story. */
export type Wish =
  | { readonly kind: 'attach'; readonly case: number; readonly to: number | null; readonly channel: string | null }
  | { readonly kind: 'update'; readonly case: number; readonly change: Change }
  | { readonly kind: 'resolve'; readonly case: number; readonly minutes: number }
  | { readonly kind: 'cancel' | 'reactivate' | 'decrement'; readonly case: number }
  | { readonly kind: 'move'; readonly case: number; readonly to: number | null };

type Change =
  | { readonly minutes: number }
  | { readonly channel: string }
  | { readonly decrementEntitlementTerm: boolean };

/**
 * How it is asked: by its own route, without waiting, in a list of events; by a signal or an update straight to a
 * workflow: that of the case's entitlement, or (`at`) of one that it may have been on.
 */
export type Way =
  | { readonly by: 'route' | 'async' | 'list' }
  | { readonly by: 'signal' | 'update'; readonly at: number | null };

export type Step =
  | { readonly do: 'ask'; readonly wish: Wish; readonly way: Way; readonly death: Death | null }
  /** An earlier wish again, with its key. */
  | { readonly do: 'retry'; readonly of: number; readonly way: Way; readonly death: Death | null }
  /** Steps at the same time. */
  | { readonly do: 'together'; readonly steps: readonly Exclude<Step, { do: 'together' }>[] };

export const CASES = 3;
export const ENTITLEMENTS = 3;
const CHANNELS = ['web', 'phone'] as const;

const someCase = fc.nat(CASES - 1);
const someEntitlement = fc.nat(ENTITLEMENTS - 1);
const channel = fc.constantFrom(...CHANNELS);
const minutes = fc.constantFrom(10, 30, 90);

const wish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('attach' as const),
      case: someCase,
      to: fc.option(someEntitlement, { freq: 3 }),
      channel: fc.option(channel, { freq: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('update' as const),
      case: someCase,
      change: fc.oneof<fc.Arbitrary<Change>[]>(
        fc.record({ minutes }),
        fc.record({ channel }),
        fc.record({ decrementEntitlementTerm: fc.boolean() }),
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('resolve' as const), case: someCase, minutes }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('cancel' as const, 'reactivate' as const, 'reactivate' as const, 'decrement' as const),
      case: someCase,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      case: someCase,
      to: fc.option(someEntitlement, { freq: 6 }),
    }),
  },
);

const way: fc.Arbitrary<Way> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ by: fc.constant('route' as const) }) },
  { weight: 3, arbitrary: fc.record({ by: fc.constantFrom('async' as const, 'list' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      by: fc.constantFrom('signal' as const, 'update' as const),
      at: fc.option(someEntitlement, { freq: 2 }),
    }),
  },
);

const death: fc.Arbitrary<Death | null> = fc.option(
  fc.record({ write: fc.integer({ min: 1, max: 3 }), when: fc.constantFrom('before' as const, 'after' as const) }),
  { freq: 2 },
);

const single = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), wish, way, death }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('retry' as const), of: fc.nat(19), way, death }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: single },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('together' as const),
      steps: fc.array(single, { minLength: 2, maxLength: 4 }),
    }),
  },
);

export const story: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 4, maxLength: 16, size: 'max' });
