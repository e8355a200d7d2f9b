import { MAX_SPILL_SHARES } from '../../domain/cases/spill.ts';
import { MAX_TITLE_CHARS } from '../../domain/input-limits.ts';
import type { Spill, TermRule } from '../../domain/ledger/support-case.ts';
import { isDetails, isOveragePrice } from '../messages/details-shape.ts';
import { MAX_EVENTS_PER_UPDATE } from '../messages/limits.ts';
import { isSender, isSomebody, unless } from '../messages/sender-shapes.ts';
import {
  isChannel,
  isExactly,
  isFlag,
  isHoldMarks,
  isId,
  isListOf,
  isMinutes,
  isOneOf,
  isRecord,
  isRowNumber,
  isText,
  isWhole,
  orAbsent,
  orNull,
  type Shape,
} from '../messages/shapes.ts';
import type { PackedCase } from './packed.ts';

/**
 * The shapes of what updates bring beside case events. Temporal clients reach a workflow directly, and an update that
 * throws an unforeseen error would stop the entitlement: so whatever cannot be read is refused before it is accepted.
 */

/** Spans of rows that one sender can have written since its last message. */
const MAX_SPANS = 1_000;

const isSpan: Shape = (value) => {
  if (!isListOf(isRowNumber, 2)(value)) return false;
  const [from, to] = value as number[];
  return from !== undefined && to !== undefined && to >= from;
};

const RULE: Readonly<Record<keyof TermRule, Shape>> = {
  unit: isOneOf('cases', 'hours', 'unlimited'),
  decreaseOn: isOneOf('creation', 'resolution'),
  hold: isFlag,
  price: orAbsent(isOveragePrice),
};

const isTermOfCase = orAbsent(isMinutes);

const isEntitlements = isListOf(isId, MAX_SPILL_SHARES);
const SPILL: Readonly<Record<keyof Spill, Shape>> = {
  seq: isRowNumber,
  minutes: isMinutes,
  to: isEntitlements,
  holders: isEntitlements,
  parts: orAbsent(isListOf(isExactly({ entitlementId: isId, minutes: isMinutes }), MAX_SPILL_SHARES)),
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
  earlier: orAbsent(isExactly({ taken: isMinutes, over: isMinutes })),
  chargedSeq: orAbsent(isRowNumber),
  spill: orAbsent(isExactly(SPILL)),
  part: orAbsent(isExactly({ of: isId, seq: isRowNumber })),
  pickedBy: orAbsent(isOneOf('named', 'default', 'matching')),
  attachedSeq: isRowNumber,
  detached: orAbsent(isFlag),
  movedFrom: orAbsent(isExactly({ entitlementId: orNull(isId), seq: isWhole(0, Number.MAX_SAFE_INTEGER) })),
  inGrace: orAbsent(isFlag),
  heldFor: orAbsent(isHoldMarks),
  rule: isExactly(RULE),
};

const isKnowledge = isRecord({
  generation: isWhole(0, Number.MAX_SAFE_INTEGER),
  cases: isListOf(isRecord(PACKED_CASE), MAX_EVENTS_PER_UPDATE),
});

export const isEnvelope = isRecord({
  by: orAbsent(isSender),
  knowledge: orAbsent(isKnowledge),
  confirmed: orAbsent(isListOf(isSpan, MAX_SPANS)),
});

/** Keys of commands that this product makes are longer than those that callers give. */
const MAX_COMMAND_KEY = 600;
export const isCommandKey = orNull(isText(MAX_COMMAND_KEY));

const isCreation = isRecord({ by: isSomebody, key: isCommandKey, details: isDetails, renewsId: orNull(isId) });

/** Why the message cannot be read, or undefined. Always `validation_failed`. */
export const problemWithEnvelope = (message: unknown) => unless(isEnvelope(message));
export const problemWithCreation = (message: unknown) => unless(isEnvelope(message) && isCreation(message));
