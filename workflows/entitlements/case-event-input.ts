import { isOwnEvent } from '../../domain/cases/case-custody.ts';
import { MAX_SPILL_ASKED, MAX_SPILL_SHARES } from '../../domain/cases/spill.ts';
import {
  CHANNEL_RULE,
  ID_RULE,
  isOwnKey,
  isOwnName,
  KEY_RULE,
  MAX_CASE_MINUTES,
  MAX_REASON_CHARS,
  MAX_TITLE_CHARS,
  OWN_KEY_RULE,
  OWN_NAME,
  TEXT_RULE,
} from '../../domain/input-limits.ts';
import { isObject } from '../../domain/is-object.ts';
import { PICKED_BY } from '../../domain/ledger/support-case.ts';
import { type Refusal, refuse } from '../../domain/refusals.ts';
import { HOLD_REASON_RULE, isHoldReason, MAX_HOLD_REASONS } from '../../domain/slas/clock-rules.ts';
import { MAX_EVENTS_PER_UPDATE } from '../messages/limits.ts';
import {
  fieldOf,
  isChannel,
  isExactly,
  isFlag,
  isHoldMarks,
  isId,
  isKey,
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
import type { WireCaseEvent } from './wire-case-event.ts';

/**
 * What a workflow checks of the case events that it receives. The API has checked its events by its own schemas;
 * Temporal clients send theirs directly.
 */

/** What a field may hold, and the rule in words. */
interface Field {
  readonly shape: Shape;
  readonly rule: string;
}

const optional = ({ shape, rule }: Field): Field => ({ shape: orAbsent(shape), rule });
const nullable = ({ shape, rule }: Field): Field => ({ shape: orAbsent(orNull(shape)), rule });
const text = (maxLength: number): Field => ({
  shape: isText(maxLength),
  rule: `must be a text of at most ${maxLength} characters ${TEXT_RULE}`,
});

const id: Field = { shape: isId, rule: ID_RULE };
const key: Field = { shape: isKey, rule: KEY_RULE };
const channel: Field = { shape: isChannel, rule: CHANNEL_RULE };
const flag: Field = { shape: isFlag, rule: 'must be true or false' };
const minutes: Field = { shape: isMinutes, rule: `must be a whole number of minutes from 0 to ${MAX_CASE_MINUTES}` };
const rowNumber: Field = { shape: isRowNumber, rule: 'must be the number of a ledger row' };
const pickedBy: Field = { shape: isOneOf(...PICKED_BY), rule: 'must be named, default or matching' };
const movedFrom: Field = {
  shape: isExactly({ entitlementId: orNull(isId), seq: isWhole(0, Number.MAX_SAFE_INTEGER) }),
  rule: 'must name an entitlement and the row that its case was last known by',
};
const holdReason: Field = {
  shape: (value) => typeof value === 'string' && isHoldReason(value),
  rule: HOLD_REASON_RULE,
};
const holds: Field = {
  shape: isListOf(holdReason.shape, MAX_HOLD_REASONS),
  rule: `must be a list of at most ${MAX_HOLD_REASONS} reasons`,
};
const holdMarks: Field = { shape: isHoldMarks, rule: `must be a list of at most ${MAX_HOLD_REASONS} marks of reasons` };
const ids: Field = { shape: isListOf(isId, MAX_SPILL_ASKED), rule: `must be a list of at most ${MAX_SPILL_ASKED} ids` };
const parts: Field = {
  shape: isListOf(isRecord({ entitlementId: isId, minutes: isMinutes }), MAX_SPILL_SHARES),
  rule: `must be a list of at most ${MAX_SPILL_SHARES} entitlements, each with its minutes`,
};

type Fields = Readonly<Record<string, Field>>;

const identity: Fields = { key, caseId: id, reason: optional(text(MAX_REASON_CHARS)), mark: optional(key) };
const covered: Fields = { contactId: nullable(id), productId: nullable(id), channel: nullable(channel) };
const facts: Fields = { ...covered, minutes: optional(minutes), decrementEntitlementTerm: optional(flag) };

/** What each kind of event may say. */
const FIELDS: Readonly<Record<WireCaseEvent['kind'], Fields>> = {
  attach: {
    ...identity,
    customerId: optional(id),
    ...facts,
    title: nullable(text(MAX_TITLE_CHARS)),
    overrides: optional(flag),
    pickedBy: optional(pickedBy),
    why: optional(text(MAX_REASON_CHARS)),
    movedFrom: optional(movedFrom),
    holds: optional(holds),
    heldFor: optional(holdMarks),
  },
  update: { ...identity, customerId: optional(id), ...facts, overrides: optional(flag) },
  resolve: { ...identity, minutes: optional(minutes), spillTo: optional(ids) },
  cancel: identity,
  reactivate: identity,
  decrement: identity,
  respond: identity,
  hold: { ...identity, reason: holdReason },
  release: { ...identity, reason: holdReason },
  spill: { ...identity, of: id, through: rowNumber, minutes, customerId: id, ...covered },
  spilled: { ...identity, through: rowNumber, parts },
  detach: { ...identity, through: optional(rowNumber) },
};

const isKind = (word: unknown): word is WireCaseEvent['kind'] =>
  typeof word === 'string' && Object.hasOwn(FIELDS, word);

/** Why the content is not a case event, or undefined. Always `validation_failed`, with the field. */
function problemWithEvent(content: unknown, kind: unknown): Refusal | undefined {
  if (!isObject(content)) return refuse('validation_failed', 'A case event is an object.').refused;
  if (!isKind(kind))
    return refuse('validation_failed', `kind must be one of ${Object.keys(FIELDS).join(', ')}`, 'kind').refused;
  for (const [field, { shape, rule }] of Object.entries(FIELDS[kind]))
    if (!shape(fieldOf(content, field))) return refuse('validation_failed', `${field} ${rule}`, field).refused;
  return undefined;
}

/**
 * Reads the case event of a signal, whose name says the kind. Leaves out fields that such an event does not have,
 * because a run may hand the event to the next one. Or says why it cannot be read: `validation_failed`, with the field.
 */
export function readSignal(kind: string, content: unknown): WireCaseEvent | { readonly refused: Refusal } {
  const refused = problemWithEvent(content, kind);
  if (refused !== undefined) return { refused };
  const read: Record<string, unknown> = { kind };
  for (const field of isKind(kind) ? Object.keys(FIELDS[kind]) : []) {
    const value = fieldOf(content, field);
    if (value !== undefined) read[field] = value;
  }
  return read as unknown as WireCaseEvent;
}

/**
 * Why a list of case events cannot be taken from its sender, or undefined. Always `validation_failed`, with the field.
 */
export function problemWithEvents(content: unknown, by: string | undefined): Refusal | undefined {
  if (!Array.isArray(content) || content.length < 1 || content.length > MAX_EVENTS_PER_UPDATE)
    return refuse('validation_failed', `events must be a list of 1 to ${MAX_EVENTS_PER_UPDATE} case events`, 'events')
      .refused;
  for (const [index, event] of content.entries()) {
    const refused = problemWithEvent(event, fieldOf(event, 'kind')) ?? problemWithSender(event as WireCaseEvent, by);
    if (refused !== undefined) return { ...refused, field: `events.${index}.${refused.field ?? ''}` };
  }
  return undefined;
}

/**
 * Why the sender may not send the event, or undefined: entitlements alone use the product's own name, the keys of their
 * own events, and the kinds `spill` and `spilled`. Always `validation_failed`.
 */
export function problemWithSender(event: WireCaseEvent, by: string | undefined): Refusal | undefined {
  if (by === OWN_NAME && isOwnEvent(event)) return undefined;
  if (event.kind === 'spill' || event.kind === 'spilled')
    return refuse('validation_failed', `kind must not be ${event.kind}: only entitlements send it`, 'kind').refused;
  if (isOwnKey(event.key)) return refuse('validation_failed', `key ${OWN_KEY_RULE}`, 'key').refused;
  if (by !== undefined && isOwnName(by))
    return refuse('validation_failed', `by must not be ${OWN_NAME}: only entitlements use that name`, 'by').refused;
  return undefined;
}
