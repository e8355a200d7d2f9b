import { isOwnName, MAX_BY_CHARS, MAX_REASON_CHARS } from '../../domain/input-limits.ts';
import { type Refusal, refuse } from '../../domain/refusals.ts';
import { isText, orNull, type Shape } from './shapes.ts';

/** The shapes that the messages of several workflows share. */

export const isSender = isText(MAX_BY_CHARS);
export const isReason = orNull(isText(MAX_REASON_CHARS));
/** A person or a program outside: no message may come under the product's own name. */
export const isSomebody: Shape = (value) => isSender(value) && value !== '' && !isOwnName(value as string);

/** Refuses a message that does not have its shape with `validation_failed`. */
export const unless = (fits: boolean): Refusal | undefined =>
  fits ? undefined : refuse('validation_failed', 'The message cannot be read.').refused;
