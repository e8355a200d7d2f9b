import type { UpdateDefinition } from '@temporalio/common';
import { defineUpdate } from '@temporalio/workflow';
import type { CivilDate, EpochMs } from '../../domain/calendar.ts';
import type { AmendCommand } from '../../domain/entitlements/amending.ts';
import type { LifeCommandKind } from '../../domain/entitlements/life.ts';
import type { PauseCommand } from '../../domain/entitlements/pausing.ts';
import type { TopUpCommand } from '../../domain/entitlements/topping-up.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import type { Envelope, Snapshot } from './messages.ts';

/** The fields of every command. */
export interface CommandMessage extends Envelope {
  /** The once-only key; null: the command has none. */
  readonly key: string | null;
  readonly reason: string | null;
  /** Refused as `conflict` unless the entitlement's newest row has this number. */
  readonly ifVersion?: number;
}

interface EditMessage extends CommandMessage {
  readonly changes: Partial<EntitlementDetails>;
}

interface TopUpMessage extends CommandMessage {
  readonly topUp: TopUpCommand;
}

interface SuccessorMessage extends CommandMessage {
  readonly successorId: EntitlementId;
}

interface RenewMessage extends SuccessorMessage {
  /** The day after the end, in the grace; absent: the successor starts today. */
  readonly startDate?: CivilDate;
}

interface SuccessorStartMessage extends SuccessorMessage {
  /** When the successor starts; null: it is a draft again. */
  readonly startsAt: EpochMs | null;
}

interface AcceptanceMessage extends SuccessorMessage {
  readonly details: EntitlementDetails;
}

interface PauseMessage extends CommandMessage {
  readonly pause: PauseCommand;
}

interface ResumeMessage extends CommandMessage {
  /** The number of a pause; absent: the one that runs. */
  readonly pause?: number;
}

interface AmendMessage extends CommandMessage {
  readonly amendment: AmendCommand;
}

/** About one amendment, by its number. */
interface NumberedMessage extends CommandMessage {
  readonly n: number;
}

/** The message of each command. The update's name says which command it is. */
interface LifeMessages {
  edit: EditMessage;
  activate: CommandMessage;
  deactivate: CommandMessage;
  cancel: CommandMessage;
  renew: RenewMessage;
  delete: CommandMessage;
  'top-up': TopUpMessage;
  'accept-renewal': AcceptanceMessage;
  'successor-ended': SuccessorMessage;
  'successor-starts': SuccessorStartMessage;
  pause: PauseMessage;
  resume: ResumeMessage;
  amend: AmendMessage;
  'take-back-amendment': NumberedMessage;
  'void-amendment': NumberedMessage;
}

export type LifeMessage<Kind extends LifeCommandKind = LifeCommandKind> = LifeMessages[Kind];

export interface CreateMessage extends Envelope {
  readonly key: string | null;
  readonly details: EntitlementDetails;
  readonly renewsId: EntitlementId | null;
}

export interface LifeAnswer {
  readonly row: LedgerRow;
  /** The key had come before: nothing changed now. */
  readonly repeated: boolean;
  readonly snapshot: Snapshot;
}

export const create = defineUpdate<LifeAnswer, [CreateMessage]>('create');

type LifeUpdates = { readonly [Kind in LifeCommandKind]: UpdateDefinition<LifeAnswer, [LifeMessage<Kind>]> };

export const lifeUpdates: LifeUpdates = {
  edit: defineUpdate('edit'),
  activate: defineUpdate('activate'),
  deactivate: defineUpdate('deactivate'),
  cancel: defineUpdate('cancel'),
  renew: defineUpdate('renew'),
  delete: defineUpdate('delete'),
  'top-up': defineUpdate('topUp'),
  'accept-renewal': defineUpdate('acceptRenewal'),
  'successor-ended': defineUpdate('successorEnded'),
  'successor-starts': defineUpdate('successorStarts'),
  pause: defineUpdate('pause'),
  resume: defineUpdate('resume'),
  amend: defineUpdate('amend'),
  'take-back-amendment': defineUpdate('takeBackAmendment'),
  'void-amendment': defineUpdate('voidAmendment'),
};
