import { MAX_SPILL_SHARES } from '../../domain/cases/spill.ts';
import type { TopUpCommand } from '../../domain/entitlements/topping-up.ts';
import { MAX_CASE_MINUTES, MAX_TITLE_CHARS, OWN_NAME } from '../../domain/input-limits.ts';
import type { Spill, TermRule } from '../../domain/ledger/support-case.ts';
import { MAX_TERM } from '../../domain/terms/allocation.ts';
import { isCurrency, isDetails, isOveragePrice, isPrice, isSomeDetails } from '../messages/details-shape.ts';
import { MAX_EVENTS_PER_UPDATE } from '../messages/limits.ts';
import { isReason, isSender, isSomebody, unless } from '../messages/sender-shapes.ts';
import {
  isChannel,
  isDateLike,
  isExactly,
  isFlag,
  isId,
  isListOf,
  isOneOf,
  isRecord,
  isText,
  isWhole,
  orAbsent,
  orNull,
  type Shape,
} from '../messages/shapes.ts';
import type { PackedCase } from './packed.ts';

/**
 * The shapes of what updates bring, beside case events. Temporal clients reach a workflow directly, and an update that
 * throws something unforeseen would stop the entitlement: whatever cannot be read is refused before it is taken.
 */

/** Spans of rows that one sender can have written since it last asked. */
const MAX_SPANS = 1_000;

const isSeq = isWhole(1, Number.MAX_SAFE_INTEGER);

const isSpan: Shape = (value) => {
  if (!isListOf(isSeq, 2)(value)) return false;
  const [from, to] = value as number[];
  return from !== undefined && to !== undefined && to >= from;
};

const RULE: Readonly<Record<keyof TermRule, Shape>> = {
  unit: isOneOf('cases', 'hours', 'unlimited'),
  decreaseOn: isOneOf('creation', 'resolution'),
  hold: isFlag,
  price: orAbsent(isOveragePrice),
};

const isTermOfCase = orAbsent(isWhole(0, MAX_CASE_MINUTES));

const isEntitlements = isListOf(isId, MAX_SPILL_SHARES);
const SPILL: Readonly<Record<keyof Spill, Shape>> = {
  seq: isSeq,
  minutes: isWhole(0, MAX_CASE_MINUTES),
  to: isEntitlements,
  holders: isEntitlements,
  parts: orAbsent(
    isListOf(isExactly({ entitlementId: isId, minutes: isWhole(0, MAX_CASE_MINUTES) }), MAX_SPILL_SHARES),
  ),
};

/** A case as it travels: what is usual is left out. */
const PACKED_CASE: Readonly<Record<keyof PackedCase, Shape>> = {
  caseId: isId,
  customerId: isId,
  contactId: orAbsent(orNull(isId)),
  productId: orAbsent(orNull(isId)),
  channel: orAbsent(orNull(isChannel)),
  title: orAbsent(orNull(isText(MAX_TITLE_CHARS))),
  status: orAbsent(isOneOf('active', 'resolved', 'canceled')),
  minutes: isTermOfCase,
  decrements: orAbsent(isFlag),
  counted: orAbsent(isFlag),
  taken: isTermOfCase,
  held: isTermOfCase,
  over: isTermOfCase,
  turn: orAbsent(isWhole(0, Number.MAX_SAFE_INTEGER)),
  earlier: orAbsent(isExactly({ taken: isWhole(0, MAX_CASE_MINUTES), over: isWhole(0, MAX_CASE_MINUTES) })),
  chargedSeq: orAbsent(isSeq),
  spill: orAbsent(isExactly(SPILL)),
  part: orAbsent(isExactly({ of: isId, seq: isSeq })),
  pickedBy: orAbsent(isOneOf('named', 'default', 'matching')),
  attachedSeq: isSeq,
  detached: orAbsent(isFlag),
  movedFrom: orAbsent(isExactly({ entitlementId: orNull(isId), seq: isWhole(0, Number.MAX_SAFE_INTEGER) })),
  rule: isExactly(RULE),
};

const isKnowledge = isRecord({
  generation: isWhole(0, Number.MAX_SAFE_INTEGER),
  cases: isListOf(isRecord(PACKED_CASE), MAX_EVENTS_PER_UPDATE),
});

const isEnvelope = isRecord({
  by: orAbsent(isSender),
  knowledge: orAbsent(isKnowledge),
  confirmed: orAbsent(isListOf(isSpan, MAX_SPANS)),
});

/** Keys of commands that this product makes are longer than those that callers give. */
const MAX_COMMAND_KEY = 600;
const isCommandKey = orNull(isText(MAX_COMMAND_KEY));

const TOP_UP: Readonly<Record<keyof TopUpCommand, Shape>> = {
  amount: isWhole(1, MAX_TERM),
  startsOn: orAbsent(orNull(isDateLike)),
  expiresOn: orNull(isDateLike),
  price: orNull(isPrice),
  currency: orNull(isCurrency),
};

/** What entitlements tell each other about a successor comes under the product's own name, and only under such a key. */
const OWN_COMMAND = /^(?:successor-ended|taken-back):/;
const isOwnCommand: Shape = (message) =>
  isRecord({ by: isOneOf(OWN_NAME), key: (key) => typeof key === 'string' && OWN_COMMAND.test(key) })(message);

const isCreation = isRecord({ by: isSomebody, key: isCommandKey, details: isDetails, renewsId: orNull(isId) });
const isLife = isRecord({
  by: isSender,
  key: isCommandKey,
  reason: isReason,
  changes: orAbsent(isSomeDetails),
  successorId: orAbsent(isId),
  details: orAbsent(isDetails),
  topUp: orAbsent(isExactly(TOP_UP)),
  ifVersion: orAbsent(isWhole(0, Number.MAX_SAFE_INTEGER)),
});

export const problemWithEnvelope = (message: unknown) => unless(isEnvelope(message));
export const problemWithCreation = (message: unknown) => unless(isEnvelope(message) && isCreation(message));
export const problemWithLife = (message: unknown) =>
  unless(isEnvelope(message) && isLife(message) && (isOwnCommand(message) || isRecord({ by: isSomebody })(message)));
