import { HOLD_MARK_CHARS } from '../../domain/cases/case-holds.ts';
import { CHANNEL_PATTERN, ID_PATTERN, isStorable, KEY_PATTERN, MAX_CASE_MINUTES } from '../../domain/input-limits.ts';
import { isObject } from '../../domain/is-object.ts';
import { MAX_HOLD_REASONS } from '../../domain/slas/clock-rules.ts';

/**
 * Checks what a message may hold. These are plain functions, as a schema library completes its schemas while they are
 * used, and what workflows share in a worker is frozen. A shape takes a value of any kind and never throws.
 */
export type Shape = (value: unknown) => boolean;

export const isFlag: Shape = (value) => typeof value === 'boolean';

export const isText =
  (maxLength: number): Shape =>
  (value) =>
    typeof value === 'string' && value.length <= maxLength && isStorable(value);

export const isWhole =
  (min: number, max: number): Shape =>
  (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;

/** Minutes that a case can take. */
export const isMinutes = isWhole(0, MAX_CASE_MINUTES);
/** The number of a ledger row. */
export const isRowNumber = isWhole(1, Number.MAX_SAFE_INTEGER);

export const isOneOf =
  (...words: readonly string[]): Shape =>
  (value) =>
    typeof value === 'string' && words.includes(value);

const matches =
  (pattern: RegExp): Shape =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

export const isId = matches(ID_PATTERN);
export const isChannel = matches(CHANNEL_PATTERN);
export const isKey = matches(KEY_PATTERN);
/** Written like a date; the domain says whether the calendar has that day. */
export const isDateLike = matches(/^\d{4}-\d{2}-\d{2}$/);

export const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);

export const orAbsent =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);

export const isListOf =
  (shape: Shape, maxLength: number): Shape =>
  (value) =>
    Array.isArray(value) && value.length <= maxLength && value.every(shape);

/** Marks of the reasons that hold a case. */
export const isHoldMarks = isListOf(isText(HOLD_MARK_CHARS), MAX_HOLD_REASONS);

/** The value of an object's own field; undefined where there is none. Never throws. */
export const fieldOf = (value: unknown, field: string): unknown =>
  isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;

type Fields = Readonly<Record<string, Shape>>;

const has = (value: unknown, fields: Fields): boolean =>
  isObject(value) &&
  !Array.isArray(value) &&
  Object.entries(fields).every(([field, shape]) => shape(fieldOf(value, field)));

/** These fields, whatever is beside them: for what is read field by field. */
export const isRecord =
  (fields: Fields): Shape =>
  (value) =>
    has(value, fields);

/** These fields and no others: for what is kept as it came. */
export const isExactly =
  (fields: Fields): Shape =>
  (value) =>
    has(value, fields) && Object.keys(value as object).every((field) => Object.hasOwn(fields, field));
