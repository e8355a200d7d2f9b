import { MAX_REASON_CHARS } from '../../domain/input-limits.ts';
import { isSomeDetails } from '../messages/details-shape.ts';
import { isReason, isSomebody, unless } from '../messages/sender-shapes.ts';
import { isDateLike, isKey, isRecord, isText, orNull } from '../messages/shapes.ts';

/** What every decision names. */
const decision = { by: isSomebody, key: isKey };
const isAcceptance = isRecord({ ...decision, reason: isReason, changes: orNull(isSomeDetails) });
const isDeclination = isRecord({ ...decision, reason: isText(MAX_REASON_CHARS) });
const isSnoozing = isRecord({ ...decision, reason: isReason, until: isDateLike });

export const problemWithAcceptance = (message: unknown) => unless(isAcceptance(message));
export const problemWithDeclination = (message: unknown) => unless(isDeclination(message));
export const problemWithSnoozing = (message: unknown) => unless(isSnoozing(message));
