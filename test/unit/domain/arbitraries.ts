import fc from 'fast-check';
import type { LifeCommand } from '../../../domain/entitlements/life.ts';
import { caseId, customerId, entitlementId } from '../../../domain/ids.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { ACME, ANN, BOB, detailsWith, type Happening, PUMP, VALVE } from './samples.ts';

export const CHANNELS = ['web', 'phone', 'email'];
const DAY_MS = 86_400_000;

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 3 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const minutes = fc.integer({ min: 0, max: 90 });
const contact = maybe(fc.constantFrom(ANN, BOB));
const product = maybe(fc.constantFrom(PUMP, VALVE));
const channel = maybe(fc.constantFrom(...CHANNELS));

/** Details that fit: small totals, so that they are soon exhausted. */
export const anyDetails: fc.Arbitrary<EntitlementDetails> = fc
  .record({
    allocationType: fc.constantFrom('cases', 'cases', 'hours', 'hours', 'unlimited'),
    total: fc.integer({ min: 0, max: 5 }),
    decreaseRemainingOn: fc.constantFrom('creation', 'resolution'),
    restrict: fc.boolean(),
    hold: fc.boolean(),
    rows: maybe(fc.subarray(CHANNELS, { minLength: 1 })),
    parts: fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)),
    productIds: fc.constantFrom([], [], [], [PUMP]),
    contactIds: fc.constantFrom([], [], [], [ANN]),
  })
  .map(({ total, rows, parts, productIds, contactIds, ...rule }) => {
    const { allocationType, decreaseRemainingOn } = rule;
    const unit = allocationType === 'hours' ? 60 : 1;
    const limited = allocationType !== 'unlimited';
    const channels = (rows ?? []).map((name, index) => ({
      channel: name,
      totalTerm: limited ? Math.min(total, parts[index] ?? 0) * unit : null,
    }));
    const totalTerm = limited ? total * unit : null;
    const hold = rule.hold && decreaseRemainingOn === 'resolution';
    const restrict = rule.restrict && limited;
    return detailsWith({
      allocationType,
      totalTerm,
      decreaseRemainingOn,
      restrict,
      hold,
      channels,
      productIds,
      contactIds,
    });
  });

/** The same, also with overage that is charged and with months. */
export const anyContract: fc.Arbitrary<EntitlementDetails> = fc
  .tuple(anyDetails, fc.boolean(), maybe(fc.constant('month' as const)))
  .map(([details, charges, period]) => {
    if (details.allocationType === 'unlimited') return details;
    const price = { unitPrice: '33.3333', currency: 'EUR', billingIncrementMinutes: 1 };
    return { ...details, period, overagePrice: charges && !details.restrict ? price : null };
  });

/** Most of an edit fits, some of it does not. */
const anyChanges: fc.Arbitrary<Partial<EntitlementDetails>> = fc.oneof(
  { weight: 3, arbitrary: anyDetails },
  { weight: 3, arbitrary: fc.record({ totalTerm: fc.integer({ min: -1, max: 200 }) }) },
  { weight: 2, arbitrary: anyDetails.map(({ channels }) => ({ channels })) },
  { weight: 1, arbitrary: fc.record({ restrict: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ name: fc.constantFrom('', 'Gold') }) },
);

const anyCase = fc.constantFrom('c1', 'c2', 'c3').map(caseId);
const present = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));

/** Events of a few cases, possible in their state or not. */
export const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('attach'),
      caseId: anyCase,
      customerId: fc.oneof({ weight: 15, arbitrary: fc.constant(ACME) }, fc.constant(customerId('globex'))),
      contactId: contact,
      productId: product,
      channel,
      title: fc.constantFrom(null, 'It leaks'),
      minutes,
      decrements: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
      overrides: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
      pickedBy: fc.constant('named'),
      why: fc.constant(null),
      movedFrom: fc.constant(null),
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        contactId: optional(contact),
        productId: optional(product),
        channel: optional(channel),
        minutes: optional(minutes),
        decrements: optional(fc.boolean()),
        caseId: anyCase,
      })
      .map(({ caseId: id, ...changes }) => ({ kind: 'update' as const, caseId: id, ...present(changes) })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ caseId: anyCase, minutes: optional(minutes) })
      .map(({ caseId: id, ...told }) => ({ kind: 'resolve' as const, caseId: id, ...present(told) })),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('cancel', 'reactivate', 'reactivate'), caseId: anyCase }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('decrement'), caseId: anyCase }) },
);

/** The same, and what becomes of cases that several entitlements share. */
const anySharedHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 13, arbitrary: anyHappening },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('resolve'),
      caseId: anyCase,
      minutes,
      spillTo: fc.constant([entitlementId('ent-2'), entitlementId('ent-3')]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('spill'),
      of: fc.constantFrom('ent-2', 'ent-3').map(entitlementId),
      through: fc.integer({ min: 1, max: 9 }),
      caseId: fc.constantFrom('c1', 'c4', 'c5').map(caseId),
      customerId: fc.constant(ACME),
      contactId: contact,
      productId: product,
      channel,
      minutes,
    }),
  },
);

/** Commands in a row: an edit takes three. */
const anyCommands: fc.Arbitrary<LifeCommand[]> = fc.oneof(
  { weight: 5, arbitrary: anyChanges.map(editing) },
  { weight: 1, arbitrary: fc.constantFrom('deactivate', 'cancel', 'delete', 'activate').map((kind) => [{ kind }]) },
  { weight: 1, arbitrary: anyChanges.map((changes) => [{ kind: 'edit' as const, changes }]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('s1', 's2').map((id) => [{ kind: 'renew' as const, successorId: entitlementId(id) }]),
  },
);

function editing(changes: Partial<EntitlementDetails>): LifeCommand[] {
  return [{ kind: 'deactivate' }, { kind: 'edit', changes }, { kind: 'activate' }];
}

/** Time that passes between two things that happen: mostly little, at times past the end of the term. */
const anyPause = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 0, max: 1000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 400 * DAY_MS }) },
);

/** One thing that happens, and the time before it. */
export const anyTurn = fc.oneof(
  { weight: 9, arbitrary: fc.record({ pauseMs: anyPause, event: anyHappening }) },
  { weight: 1, arbitrary: fc.record({ pauseMs: anyPause, commands: anyCommands }) },
);
/** The same with cases that are shared. */
export const anySharedTurn = fc.oneof(
  { weight: 9, arbitrary: fc.record({ pauseMs: anyPause, event: anySharedHappening }) },
  { weight: 1, arbitrary: fc.record({ pauseMs: anyPause, commands: anyCommands }) },
);
export type Turn = { readonly pauseMs: number } & (
  | { readonly event: Happening }
  | { readonly commands: readonly LifeCommand[] }
);
