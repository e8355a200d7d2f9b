import type { AmendCommand } from '../../domain/entitlements/amending.ts';
import type { LifeCommand, LifeCommandKind } from '../../domain/entitlements/life.ts';
import type { PauseCommand } from '../../domain/entitlements/pausing.ts';
import type { TopUpCommand } from '../../domain/entitlements/topping-up.ts';
import { OWN_NAME } from '../../domain/input-limits.ts';
import { type Refusal, refuse } from '../../domain/refusals.ts';
import { MAX_TERM } from '../../domain/terms/allocation.ts';
import { GRANTS } from '../../domain/terms/amendments.ts';
import { PAUSE_ENDS } from '../../domain/terms/pauses.ts';
import { isAmendmentChanges, isCurrency, isDetails, isPrice, isSomeDetails } from '../messages/details-shape.ts';
import { isReason, isSender, isSomebody, unless } from '../messages/sender-shapes.ts';
import {
  isDateLike,
  isExactly,
  isId,
  isOneOf,
  isRecord,
  isRowNumber,
  isText,
  isWhole,
  orAbsent,
  orNull,
  type Shape,
} from '../messages/shapes.ts';
import type { LifeMessage } from './life-messages.ts';
import { isCommandKey, isEnvelope } from './message-input.ts';

type CommandOf<Kind extends LifeCommandKind> = Extract<LifeCommand, { readonly kind: Kind }>;

/** How one command is read from its message. */
interface Reading<Kind extends LifeCommandKind> {
  /** The fields that this command's message needs in addition to those of every command. */
  readonly shape: Shape;
  readonly toCommand: (message: LifeMessage<Kind>) => CommandOf<Kind>;
}

const TOP_UP: Readonly<Record<keyof TopUpCommand, Shape>> = {
  amount: isWhole(1, MAX_TERM),
  startsOn: orAbsent(orNull(isDateLike)),
  expiresOn: orNull(isDateLike),
  price: orNull(isPrice),
  currency: orNull(isCurrency),
};

/** More than any fingerprint has. */
const MAX_MARK = 20;

const PAUSE: Readonly<Record<keyof PauseCommand, Shape>> = {
  from: orNull(isDateLike),
  until: orNull(isDateLike),
  end: isOneOf(...PAUSE_ENDS),
};

const AMENDMENT: Readonly<Record<keyof AmendCommand, Shape>> = {
  effective: (value) => value === 'now' || value === 'next_period' || isDateLike(value),
  changes: isAmendmentChanges,
  grant: isOneOf(...GRANTS),
  pinned: orNull(isExactly({ version: isRowNumber, mark: isText(MAX_MARK) })),
};
const isNumbered = isRecord({ n: isRowNumber });

const nothing: Shape = () => true;
const isOfSuccessor = isRecord({ successorId: isId });

const READINGS: { readonly [Kind in LifeCommandKind]: Reading<Kind> } = {
  edit: {
    // An edit without changes has always been taken: it changes nothing.
    shape: isRecord({ changes: orAbsent(isSomeDetails) }),
    toCommand: ({ changes }) => ({ kind: 'edit', changes: changes ?? {} }),
  },
  activate: { shape: nothing, toCommand: () => ({ kind: 'activate' }) },
  deactivate: { shape: nothing, toCommand: () => ({ kind: 'deactivate' }) },
  cancel: { shape: nothing, toCommand: () => ({ kind: 'cancel' }) },
  delete: { shape: nothing, toCommand: () => ({ kind: 'delete' }) },
  renew: {
    shape: isRecord({ successorId: isId, startDate: orAbsent(isDateLike) }),
    toCommand: ({ successorId, startDate }) => ({
      kind: 'renew',
      successorId,
      ...(startDate === undefined ? {} : { startDate }),
    }),
  },
  'accept-renewal': {
    shape: isRecord({ successorId: isId, details: isDetails }),
    toCommand: ({ successorId, details }) => ({ kind: 'accept-renewal', successorId, details }),
  },
  'successor-ended': {
    shape: isOfSuccessor,
    toCommand: ({ successorId }) => ({ kind: 'successor-ended', successorId }),
  },
  'successor-starts': {
    shape: isRecord({
      successorId: isId,
      startsAt: orNull(isWhole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
    }),
    toCommand: ({ successorId, startsAt }) => ({ kind: 'successor-starts', successorId, startsAt }),
  },
  'top-up': { shape: isRecord({ topUp: isExactly(TOP_UP) }), toCommand: ({ topUp }) => ({ kind: 'top-up', ...topUp }) },
  pause: { shape: isRecord({ pause: isExactly(PAUSE) }), toCommand: ({ pause }) => ({ kind: 'pause', ...pause }) },
  resume: {
    shape: isRecord({ pause: orAbsent(isRowNumber) }),
    toCommand: ({ pause = null }) => ({ kind: 'resume', n: pause }),
  },
  amend: {
    shape: isRecord({ amendment: isExactly(AMENDMENT) }),
    toCommand: ({ amendment }) => ({ kind: 'amend', ...amendment }),
  },
  'take-back-amendment': { shape: isNumbered, toCommand: ({ n }) => ({ kind: 'take-back-amendment', n }) },
  'void-amendment': { shape: isNumbered, toCommand: ({ n }) => ({ kind: 'void-amendment', n }) },
};

const isCommand = isRecord({
  by: isSender,
  key: isCommandKey,
  reason: isReason,
  ifVersion: orAbsent(isWhole(0, Number.MAX_SAFE_INTEGER)),
});

/** Commands about successors come under the product's own name, and only with such a key. */
const OWN_COMMAND_KEY = /^(?:successor-ended|successor-starts|taken-back):/;
const isOwnCommand = isRecord({
  by: isOneOf(OWN_NAME),
  key: (key) => typeof key === 'string' && OWN_COMMAND_KEY.test(key),
});
const isFromOutside = isRecord({ by: isSomebody });

/** Why the message of a command cannot be taken, or undefined. Always `validation_failed`. */
export const problemWithLife = (kind: LifeCommandKind, message: unknown): Refusal | undefined =>
  unless(
    isEnvelope(message) &&
      isCommand(message) &&
      READINGS[kind].shape(message) &&
      (isOwnCommand(message) || isFromOutside(message)),
  );

/**
 * The command that a message brings. Refuses `validation_failed` for a message that older code accepted and that does
 * not say what its command needs.
 */
export function readLife<Kind extends LifeCommandKind>(
  kind: Kind,
  message: LifeMessage<Kind>,
): CommandOf<Kind> | { readonly refused: Refusal } {
  const { shape, toCommand }: Reading<Kind> = READINGS[kind];
  if (!shape(message)) return refuse('validation_failed', `The message does not say what ${kind} needs.`);
  return toCommand(message);
}
