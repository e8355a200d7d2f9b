import fc from 'fast-check';

/** Random contracts, and random lives of one: small numbers, so that they are soon past what was granted. */

const IDS = ['c1', 'c2', 'c3', 'c4'];
const NAMES = ['web', 'email', null];

export interface Plan {
  readonly unit: 'cases' | 'hours';
  readonly on: 'creation' | 'resolution';
  readonly hold: boolean;
  readonly total: number;
  readonly period: 'month' | null;
  readonly rollover: number;
  readonly channels: 'none' | 'web has its own total';
  readonly webTotal: number;
  readonly overage: Overage;
}

export type Overage = 'block' | 'allow' | { readonly price: string; readonly currency: string; readonly step: number };

export type Step =
  | {
      readonly do: 'attach';
      readonly id: string;
      readonly channel: string | null;
      readonly minutes: number;
      readonly decrements: boolean;
      readonly overrides: boolean;
    }
  | { readonly do: 'resolve'; readonly id: string; readonly minutes: number }
  | { readonly do: 'cancel' | 'reactivate' | 'decrement' | 'detach'; readonly id: string }
  | {
      readonly do: 'update';
      readonly id: string;
      readonly minutes?: number;
      readonly channel?: string | null;
      readonly decrements?: boolean;
    }
  | { readonly do: 'top-up'; readonly amount: number; readonly startsIn: number | null; readonly lasts: number | null }
  | { readonly do: 'edit'; readonly total?: number; readonly webTotal?: number; readonly overage?: Overage }
  | { readonly do: 'pass'; readonly days: number };

const overage: fc.Arbitrary<Overage> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      price: fc.constantFrom('100', '89.90', '0.33', '33.3333'),
      currency: fc.constantFrom('EUR', 'EUR', 'JPY'),
      step: fc.constantFrom(1, 15),
    }),
  },
  { weight: 1, arbitrary: fc.constant('allow' as const) },
  { weight: 1, arbitrary: fc.constant('block' as const) },
);
const amount = fc.integer({ min: 0, max: 4 });
const id = fc.constantFrom(...IDS);
const minutes = fc.integer({ min: 0, max: 7 }).map((tens) => tens * 10);
const channel = fc.constantFrom(...NAMES);

export const anyPlan: fc.Arbitrary<Plan> = fc.record({
  unit: fc.constantFrom('cases', 'hours'),
  on: fc.constantFrom('creation', 'resolution'),
  hold: fc.boolean(),
  total: amount,
  period: fc.constantFrom(null, 'month'),
  rollover: fc.constantFrom(0, 1),
  channels: fc.constantFrom('none', 'web has its own total'),
  webTotal: amount,
  overage,
});

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('attach' as const),
      id,
      channel,
      minutes,
      decrements: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
      overrides: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('resolve' as const), id, minutes }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('cancel', 'cancel', 'reactivate', 'reactivate', 'decrement', 'detach'),
      id,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      { do: fc.constant('update' as const), id, minutes, channel, decrements: fc.boolean() },
      { requiredKeys: ['do', 'id'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('top-up' as const),
      amount: fc.integer({ min: 1, max: 3 }),
      startsIn: fc.option(fc.integer({ min: 0, max: 40 })),
      lasts: fc.option(fc.integer({ min: 0, max: 40 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      { do: fc.constant('edit' as const), total: amount, webTotal: amount, overage },
      { requiredKeys: ['do'] },
    ),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 35 }) }) },
);
