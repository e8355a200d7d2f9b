import { describe, expect, test } from 'vitest';
import type { EpochMs } from '../../../domain/calendar.ts';
import { judge, type Offer } from '../../../domain/cases/matching.ts';
import { candidates, type PickSettings, whyNone } from '../../../domain/cases/picking.ts';
import { whyNoneInWords, whyPicked } from '../../../domain/cases/picking-words.ts';
import { entitlementId } from '../../../domain/ids.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { Book } from './book.ts';
import { ANN, attach, BOB, DURING, detailsWith, ENDS_AT, PUMP, STARTS_AT, VALVE } from './samples.ts';

interface Offered extends Partial<EntitlementDetails> {
  /** Cases or minutes taken already. */
  readonly used?: number;
  readonly isDefault?: boolean;
  readonly state?: 'draft' | 'canceled' | 'waiting';
  /** The read model was made then. */
  readonly seenAt?: EpochMs;
}

const ALL: PickSettings = { autoApplyDefaultOnCaseCreate: true, autoApplyDefaultOnCaseUpdate: true, matching: true };
const MATCHING = { ...ALL, autoApplyDefaultOnCaseCreate: false, autoApplyDefaultOnCaseUpdate: false };
const DEFAULT_ONLY = { ...ALL, matching: false };
const OFF = { ...MATCHING, matching: false };

const WEB = { channels: [{ channel: 'web', totalTerm: 5 }] };
const ANNS = { contactIds: [ANN] };
const PUMPS = { productIds: [PUMP] };
const FULL = { totalTerm: 1, used: 1 };
const CASE = { contactId: ANN, productId: PUMP, channel: 'web' };

function offer(id: string, { used = 0, isDefault = false, state, seenAt, ...details }: Offered): Offer {
  const whole = detailsWith(details);
  const book = new Book(
    whole,
    seenAt ?? (state === 'waiting' ? STARTS_AT - 1 : Math.max(DURING, Date.parse(whole.startDate))),
  );
  if (state !== 'draft') book.command({ kind: 'activate' });
  const facts = { contactId: details.contactIds?.[0] ?? null, productId: details.productIds?.[0] ?? null };
  const channel = details.channels?.[0]?.channel ?? null;
  for (let n = 0; n < used; n++) book.story(attach(`used-${n}`, { ...facts, channel }));
  if (state === 'canceled') book.command({ kind: 'cancel' });
  return { entitlement: { ...book.entitlement, id: entitlementId(id) }, isDefault };
}

type Case = Parameters<typeof attach>[1];
type Row = readonly [
  what: string,
  offers: Readonly<Record<string, Offered>>,
  expected: string,
  more?: { readonly case?: Case; readonly settings?: PickSettings; readonly at?: EpochMs; readonly when?: 'update' },
];

/** Section 4 of the rules: the pick as `rule id`, or why there is none. */
const ROWS: readonly Row[] = [
  ['a single one that covers all', { a: {} }, 'matching a'],
  ['none at all', {}, 'none_active'],
  // Specificity: contact, then product, then channel, then all.
  ['a contact before all', { a: {}, b: ANNS }, 'matching b'],
  ['a product before all', { a: {}, b: PUMPS }, 'matching b'],
  ['a channel before all', { a: {}, b: WEB }, 'matching b'],
  ['a contact before a product', { a: PUMPS, b: ANNS }, 'matching b'],
  ['a contact before a channel', { a: WEB, b: ANNS }, 'matching b'],
  ['a product before a channel', { a: WEB, b: PUMPS }, 'matching b'],
  ['a contact before product and channel together', { a: { ...PUMPS, ...WEB }, b: ANNS }, 'matching b'],
  ['a product with a channel before a product', { a: PUMPS, b: { ...PUMPS, ...WEB } }, 'matching b'],
  [
    'a contact with a product before a contact with a channel',
    { a: { ...ANNS, ...WEB }, b: { ...ANNS, ...PUMPS } },
    'matching b',
  ],
  ['all three before two', { a: { ...ANNS, ...PUMPS }, b: { ...ANNS, ...PUMPS, ...WEB } }, 'matching b'],
  ['what is specific before a better priority', { a: { priority: 0 }, b: { ...WEB, priority: 9 } }, 'matching b'],
  ['naming many is as specific as naming one', { b: { contactIds: [ANN, BOB] }, c: ANNS }, 'matching b'],
  // Cover.
  ['a contact that it does not name', { a: { contactIds: [BOB] }, b: {} }, 'matching b'],
  ['a product that it does not name', { a: { productIds: [VALVE] }, b: {} }, 'matching b'],
  ['a channel that it does not name', { a: { channels: [{ channel: 'fax', totalTerm: 1 }] }, b: {} }, 'matching b'],
  ['a case without a contact, where contacts are named', { a: ANNS, b: {} }, 'matching b', { case: {} }],
  ['a case without a product, where products are named', { a: PUMPS, b: {} }, 'matching b', { case: {} }],
  ['a case without a channel, where channels are named', { a: WEB, b: {} }, 'matching b', { case: {} }],
  ['nothing covers the contact', { a: { contactIds: [BOB] } }, 'none_covers'],
  [
    'nothing covers product or channel',
    { a: { productIds: [VALVE] }, b: { channels: [{ channel: 'fax', totalTerm: 1 }] } },
    'none_covers',
  ],
  // Ties.
  ['the lower priority number', { a: { priority: 2 }, b: { priority: 1 } }, 'matching b'],
  ['then the older start', { a: { startDate: '2026-02-01' }, b: { startDate: '2026-01-01' } }, 'matching b'],
  ['priority before start', { a: { startDate: '2026-02-01', priority: 0 }, b: {} }, 'matching a'],
  ['then the id', { b: {}, a: {} }, 'matching a'],
  // Status and dates.
  ['no draft', { a: { state: 'draft' }, b: {} }, 'matching b'],
  ['nothing canceled', { a: { state: 'canceled' } }, 'none_active'],
  ['nothing before its start', { a: { state: 'waiting' } }, 'none_active', { at: STARTS_AT - 1 }],
  [
    'what starts now, though the read model shows it waiting',
    { a: { state: 'waiting' } },
    'matching a',
    { at: STARTS_AT },
  ],
  ['nothing from its end on, though the read model shows it active', { a: {} }, 'none_active', { at: ENDS_AT }],
  ['in its last millisecond', { a: {} }, 'matching a', { at: ENDS_AT - 1 }],
  // Exhaustion.
  ['not what is exhausted', { a: { ...ANNS, ...FULL }, b: {} }, 'matching b'],
  ['what is exhausted without restrict', { a: { ...ANNS, ...FULL, restrict: false }, b: {} }, 'matching a'],
  ['all exhausted', { a: FULL, b: FULL }, 'all_exhausted'],
  ['the only one that covers is exhausted', { a: { contactIds: [BOB] }, b: FULL }, 'all_exhausted'],
  [
    'not where the channel is exhausted',
    { a: { channels: [{ channel: 'web', totalTerm: 1 }], used: 1 }, b: {} },
    'matching b',
  ],
  [
    'an exhausted month that has turned since',
    { a: { ...FULL, period: 'month' } },
    'matching a',
    { at: Date.parse('2026-07-01T00:00Z') },
  ],
  [
    'an exhausted month that has not turned',
    { a: { ...FULL, period: 'month' } },
    'all_exhausted',
    { at: Date.parse('2026-06-30T23:59Z') },
  ],
  ['hours with a minute left', { a: { allocationType: 'hours', totalTerm: 1 } }, 'matching a'],
  ['hours without', { a: { allocationType: 'hours', totalTerm: 0 } }, 'all_exhausted'],
  ['unlimited', { a: { allocationType: 'unlimited', totalTerm: null, restrict: false } }, 'matching a'],
  // The default.
  ['the default before what is specific', { a: { isDefault: true }, b: ANNS }, 'default a'],
  ['no default that does not cover', { a: { isDefault: true, contactIds: [BOB] }, b: {} }, 'matching b'],
  ['no exhausted default', { a: { isDefault: true, ...FULL }, b: {} }, 'matching b'],
  [
    'no default where the organisation wants none',
    { a: { isDefault: true }, b: ANNS },
    'matching b',
    { settings: MATCHING },
  ],
  ['the default alone', { a: { isDefault: true }, b: ANNS }, 'default a', { settings: DEFAULT_ONLY }],
  ['no default, and no matching', { a: {}, b: ANNS }, 'no_default', { settings: DEFAULT_ONLY }],
  [
    'an exhausted default, and no matching',
    { a: { isDefault: true, ...FULL }, b: {} },
    'all_exhausted',
    { settings: DEFAULT_ONLY },
  ],
  [
    'a default that does not cover, and no matching',
    { a: { isDefault: true, contactIds: [BOB] }, b: {} },
    'none_covers',
    { settings: DEFAULT_ONLY },
  ],
  ['the default on an update', { a: { isDefault: true }, b: ANNS }, 'default a', { when: 'update' }],
  [
    'no default on an update where it is for new cases',
    { a: { isDefault: true }, b: ANNS },
    'matching b',
    { when: 'update', settings: { ...ALL, autoApplyDefaultOnCaseUpdate: false } },
  ],
  [
    'no default on a new case where it is for updates',
    { a: { isDefault: true }, b: ANNS },
    'matching b',
    { settings: { ...ALL, autoApplyDefaultOnCaseCreate: false } },
  ],
  ['nothing where the organisation picks for nobody', { a: { isDefault: true } }, 'picking_is_off', { settings: OFF }],
];

describe('the entitlement that a case gets', () => {
  test.each(ROWS.map(([what, offers, expected, more = {}]) => [what, offers, expected, more] as const))(
    '%s',
    (_what, offers, expected, { case: facts = CASE, settings = ALL, at = DURING, when: asked }) => {
      const when = asked ?? 'create';
      const offered = Object.entries(offers).map(([id, details]) => offer(id, details));
      const judgements = judge(offered, attach('new', facts), at);
      const [first] = candidates(judgements, settings, when);
      const found = first === undefined ? whyNone(judgements, settings, when) : `${first.rule} ${first.entitlement.id}`;
      expect(found).toBe(expected);
      const words =
        first === undefined
          ? whyNoneInWords(whyNone(judgements, settings, when), judgements)
          : whyPicked(first, judgements);
      expect(words.length).toBeGreaterThan(10);
    },
  );

  test('an exhausted entitlement is asked last, after all that have something left', () => {
    const offered = [offer('a', { ...ANNS, ...FULL }), offer('b', {}), offer('c', { contactIds: [BOB] })];
    const asked = candidates(judge(offered, attach('new', CASE), DURING), ALL, 'create', true);
    expect(asked.map(({ entitlement }) => entitlement.id)).toEqual(['b', 'a']);
  });

  test('the judgement says what would be left of the total and of the channel', () => {
    const offered = [offer('a', { totalTerm: 5, ...WEB, used: 2 })];
    expect(judge(offered, attach('new', CASE), DURING)).toMatchObject([
      {
        refused: undefined,
        names: { contact: false, product: false, channel: true },
        remainingAfter: 2,
        channelRemainingAfter: 2,
      },
    ]);
    const onResolution = [offer('a', { decreaseRemainingOn: 'resolution' })];
    expect(judge(onResolution, attach('new', CASE), DURING)).toMatchObject([
      { remainingAfter: 10, channelRemainingAfter: null },
    ]);
  });

  test('a judgement that refuses does not say what would be left', () => {
    const refusing = [offer('a', FULL), offer('b', { contactIds: [BOB] })];
    for (const { refused, ...left } of judge(refusing, attach('new', CASE), DURING)) {
      expect(refused).toBeDefined();
      expect(left).toMatchObject({ remainingAfter: null, channelRemainingAfter: null });
    }
  });

  test('a case that would be bought does not lower what is left', () => {
    const price = { unitPrice: '100', currency: 'EUR', billingIncrementMinutes: 1 };
    const charging = [offer('a', { totalTerm: 0, restrict: false, overagePrice: price })];
    expect(judge(charging, attach('new', CASE), DURING)).toMatchObject([{ refused: undefined, remainingAfter: 0 }]);
  });
});
