import { MAX_SPILL_ASKED, MAX_SPILL_SHARES } from '../../domain/cases/spill.ts';
import {
  CHANNEL_PATTERN,
  CHANNEL_RULE,
  ID_PATTERN,
  ID_RULE,
  isOwnName,
  isStorable,
  KEY_PATTERN,
  KEY_RULE,
  MAX_CASE_MINUTES,
  MAX_REASON_CHARS,
  MAX_TITLE_CHARS,
  OWN_NAME,
  RESERVED_KEY,
  RESERVED_KEY_RULE,
  TEXT_RULE,
} from '../../domain/input-limits.ts';
import type { MovedFrom, PickedBy } from '../../domain/ledger/support-case.ts';
import { type Refusal, refuse } from '../../domain/refusals.ts';
import { MAX_EVENTS_PER_UPDATE } from '../messages/limits.ts';
import { isExactly, isId, isWhole, orNull } from '../messages/shapes.ts';
import { isOwnEvent } from './case-custody.ts';

/**
 * A case event as it travels, over HTTP and to a workflow. The API reads it with zod; a workflow, which Temporal clients
 * reach directly, with the plain checks below: the library completes its schemas as they are used, and what workflows
 * share in a worker is frozen.
 */
export type WireCaseEvent = WireAttach | WireUpdate | WireResolve | WireSpill | WireSpilled | WireOther;

interface Wire<Kind extends string> {
  kind: Kind;
  key: string;
  caseId: string;
  reason?: string | undefined;
  mark?: string | undefined;
}

interface WireFacts {
  contactId?: string | null | undefined;
  productId?: string | null | undefined;
  channel?: string | null | undefined;
  minutes?: number | undefined;
  decrementEntitlementTerm?: boolean | undefined;
}

export interface WireAttach extends Wire<'attach'>, WireFacts {
  customerId?: string | undefined;
  title?: string | null | undefined;
  overrides?: boolean | undefined;
  pickedBy?: PickedBy | undefined;
  why?: string | undefined;
  movedFrom?: MovedFrom | undefined;
}
export interface WireUpdate extends Wire<'update'>, WireFacts {
  customerId?: string | undefined;
  overrides?: boolean | undefined;
}
export interface WireResolve extends Wire<'resolve'> {
  minutes?: number | undefined;
  spillTo?: readonly string[] | undefined;
}
export interface WireSpill extends Wire<'spill'> {
  of: string;
  through: number;
  minutes: number;
  customerId: string;
  contactId?: string | null | undefined;
  productId?: string | null | undefined;
  channel?: string | null | undefined;
}
export interface WireSpilled extends Wire<'spilled'> {
  through: number;
  parts: readonly { readonly entitlementId: string; readonly minutes: number }[];
}
export interface WireDetach extends Wire<'detach'> {
  through?: number | undefined;
}
export type WireOther = Wire<'cancel'> | Wire<'reactivate'> | Wire<'decrement'> | WireDetach;

type Check = (value: unknown) => string | undefined;

const matching =
  (pattern: RegExp, rule: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : rule;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);
const nullable =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null ? undefined : check(value);

const id = matching(ID_PATTERN, ID_RULE);
const minutes: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_CASE_MINUTES
    ? undefined
    : `must be a whole number of minutes from 0 to ${MAX_CASE_MINUTES}`;
const title: Check = (value) =>
  typeof value === 'string' && value.length <= MAX_TITLE_CHARS && isStorable(value)
    ? undefined
    : `must be a text of at most ${MAX_TITLE_CHARS} characters ${TEXT_RULE}`;
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');

const reason: Check = (value) =>
  typeof value === 'string' && value.length <= MAX_REASON_CHARS && isStorable(value)
    ? undefined
    : `must be a text of at most ${MAX_REASON_CHARS} characters ${TEXT_RULE}`;
const pickedBy: Check = (value) =>
  value === 'named' || value === 'default' || value === 'matching' ? undefined : 'must be named, default or matching';
const isMovedFrom = isExactly({ entitlementId: orNull(isId), seq: isWhole(0, Number.MAX_SAFE_INTEGER) });
const movedFrom: Check = (value) =>
  isMovedFrom(value) ? undefined : 'must name an entitlement and the row that its case was last known by';

const isRowNumber = isWhole(1, Number.MAX_SAFE_INTEGER);
const rowNumber: Check = (value) => (isRowNumber(value) ? undefined : 'must be the number of a ledger row');

const ids: Check = (value) =>
  Array.isArray(value) && value.length <= MAX_SPILL_ASKED && value.every((each) => id(each) === undefined)
    ? undefined
    : `must be a list of at most ${MAX_SPILL_ASKED} ids`;
const part = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'entitlementId' in value &&
  id(value.entitlementId) === undefined &&
  'minutes' in value &&
  minutes(value.minutes) === undefined;
const parts: Check = (value) =>
  Array.isArray(value) && value.length <= MAX_SPILL_SHARES && value.every(part)
    ? undefined
    : `must be a list of at most ${MAX_SPILL_SHARES} entitlements, each with its minutes`;

const identity = {
  key: matching(KEY_PATTERN, KEY_RULE),
  caseId: id,
  reason: optional(reason),
  mark: optional(matching(KEY_PATTERN, KEY_RULE)),
};
const facts = {
  contactId: nullable(id),
  productId: nullable(id),
  channel: nullable(matching(CHANNEL_PATTERN, CHANNEL_RULE)),
  minutes: optional(minutes),
  decrementEntitlementTerm: optional(flag),
};

/** What each kind of event may say. */
const FIELDS: Readonly<Record<WireCaseEvent['kind'], Readonly<Record<string, Check>>>> = {
  attach: {
    ...identity,
    customerId: optional(id),
    ...facts,
    title: nullable(title),
    overrides: optional(flag),
    pickedBy: optional(pickedBy),
    why: optional(reason),
    movedFrom: optional(movedFrom),
  },
  update: { ...identity, customerId: optional(id), ...facts, overrides: optional(flag) },
  resolve: { ...identity, minutes: optional(minutes), spillTo: optional(ids) },
  cancel: identity,
  reactivate: identity,
  decrement: identity,
  spill: {
    ...identity,
    of: id,
    through: rowNumber,
    minutes,
    customerId: id,
    contactId: nullable(id),
    productId: nullable(id),
    channel: nullable(matching(CHANNEL_PATTERN, CHANNEL_RULE)),
  },
  spilled: { ...identity, through: rowNumber, parts },
  detach: { ...identity, through: optional(rowNumber) },
};

/**
 * What a Temporal client sent as a case event, without fields that such an event does not have; or `validation_failed` with the field. The
 * kind is `named` where the message's name says it.
 */
export function readCaseEvent(
  content: unknown,
  named: { readonly kind?: string } = {},
): WireCaseEvent | { readonly refused: Refusal } {
  if (typeof content !== 'object' || content === null) return refuse('validation_failed', 'A case event is an object.');
  const given = content as Readonly<Record<string, unknown>>;
  const { kind = given.kind } = named;
  if (typeof kind !== 'string' || !isKind(kind))
    return refuse('validation_failed', `kind must be one of ${Object.keys(FIELDS).join(', ')}`, 'kind');
  const read: Record<string, unknown> = { kind };
  for (const [field, check] of Object.entries(FIELDS[kind])) {
    const value = Object.hasOwn(given, field) ? given[field] : undefined;
    const wrong = check(value);
    if (wrong !== undefined) return refuse('validation_failed', `${field} ${wrong}`, field);
    if (value !== undefined) read[field] = value;
  }
  return read as unknown as WireCaseEvent;
}

const isKind = (word: string): word is WireCaseEvent['kind'] => Object.hasOwn(FIELDS, word);

/** Why a list of case events cannot be taken from its sender, or undefined. Always `validation_failed`. */
export function problemWithEvents(content: unknown, by: string | undefined): Refusal | undefined {
  if (!Array.isArray(content) || content.length < 1 || content.length > MAX_EVENTS_PER_UPDATE)
    return refuse('validation_failed', `events must be a list of 1 to ${MAX_EVENTS_PER_UPDATE} case events`, 'events')
      .refused;
  for (const [index, event] of content.entries()) {
    const read = readCaseEvent(event);
    const refused = 'refused' in read ? read.refused : problemWithSender(read, by);
    if (refused !== undefined) return { ...refused, field: `events.${index}.${refused.field ?? ''}` };
  }
  return undefined;
}

/** Why an event cannot come from who sends it: the product's own name is for its own events, and so are their keys. */
export function problemWithSender(event: WireCaseEvent, by: string | undefined): Refusal | undefined {
  const isOwn = isOwnEvent(event);
  if (isOwn && by === OWN_NAME) return undefined;
  if (event.kind === 'spill' || event.kind === 'spilled')
    return refuse('validation_failed', `kind must not be ${event.kind}: only entitlements send it`, 'kind').refused;
  if (RESERVED_KEY.test(event.key)) return refuse('validation_failed', `key ${RESERVED_KEY_RULE}`, 'key').refused;
  if (by !== undefined && isOwnName(by))
    return refuse('validation_failed', `by must not be ${OWN_NAME}: entitlements have it`, 'by').refused;
  return undefined;
}
