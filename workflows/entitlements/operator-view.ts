import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { nextAmendment } from '../../domain/entitlements/amending.ts';
import { channelRemaining, hasWholeTotal, remainingTerm } from '../../domain/entitlements/balance.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { nextInstant } from '../../domain/entitlements/passing-of-time.ts';
import { nextPauseInstant } from '../../domain/entitlements/pause-time.ts';
import { renewalDue } from '../../domain/entitlements/renewal-due.ts';
import { boughtUnits } from '../../domain/terms/bought.ts';
import { unitOf } from '../../domain/terms/details.ts';
import { nextTopUpStart, topUpTotal } from '../../domain/terms/top-ups.ts';
import { RefusedMessages, type RefusedSoFar } from '../messages/refused-messages.ts';
import { searchAttributes, shownEnd } from '../messages/search-attributes.ts';
import { shownCustomer } from '../messages/shown-customer.ts';

/**
 * Shows operators how the entitlement stands, in Temporal's UI. An upsert of search attributes costs an event and a
 * record, so only attributes that changed are sent.
 */
export class OperatorView {
  private shown: Entitlement | undefined;
  private readonly refusals: RefusedMessages;

  /** `refusedBefore`: messages that the runs before this one refused. */
  constructor(refusedBefore?: RefusedSoFar) {
    this.refusals = new RefusedMessages(refusedBefore);
  }

  /** Notes a message that was refused without a row in the ledger. */
  refused(name: string, why: string): void {
    this.refusals.note(name, why);
    if (this.shown !== undefined) this.describe(this.shown);
  }

  get refusedSoFar(): RefusedSoFar | undefined {
    return this.refusals.soFar;
  }

  private describe(entitlement: Entitlement): void {
    setCurrentDetails([describe(entitlement), ...this.refusals.lines].join('\n'));
  }

  show(entitlement: Entitlement): void {
    this.describe(entitlement);
    const before = this.shown;
    this.shown = entitlement;
    // A draft's workflow is started with its search attributes.
    if (before === undefined && entitlement.seq === 1) return;
    const { status, details, endsAt } = entitlement;
    const changed: SearchAttributeUpdatePair[] = [];
    if (status !== before?.status) changed.push({ key: searchAttributes.status, value: status });
    if (details.customerId !== before?.details.customerId)
      changed.push({ key: searchAttributes.customer, value: shownCustomer(details.customerId) });
    if (endsAt !== (before?.endsAt ?? null))
      changed.push({ key: searchAttributes.endsAt, value: endsAt === null ? null : shownEnd(endsAt) });
    if (entitlement.pausedSince !== before?.pausedSince)
      changed.push({ key: searchAttributes.pausedSince, value: shownPause(entitlement) });
    if (changed.length > 0) upsertSearchAttributes(changed);
  }
}

/** Null, which removes the attribute, once the pause is over. */
const shownPause = ({ pausedSince }: Entitlement): Date | null =>
  pausedSince === undefined ? null : new Date(pausedSince);

function describe(entitlement: Entitlement): string {
  const { details, status, openCases, pausedSince } = entitlement;
  const next = nextInstant(entitlement);
  const channels = details.channels.map(({ channel, totalTerm }) =>
    hasWholeTotal(entitlement, channel)
      ? `- ${channel}: all that remains`
      : `- ${channel}: ${channelRemaining(entitlement, channel)} of ${totalTerm}`,
  );
  const bought = boughtUnits(entitlement.bought);
  const remaining = remainingTerm(entitlement);
  return [
    `**${details.name}** for customer \`${details.customerId}\``,
    `- Status: **${status}**${pausedSince === undefined ? '' : `, paused since ${new Date(pausedSince).toISOString()}`}`,
    remaining === null
      ? '- Unlimited'
      : `- Remaining: **${remaining}** of ${details.totalTerm} ${unitOf(details)}${details.period === null ? '' : ` each ${details.period}`}`,
    ...(bought === 0 ? [] : [`- Bought past it in this period: ${bought} ${unitOf(details)}`]),
    ...channels,
    `- Open cases: ${openCases}`,
    next === null ? '- No timer' : `- Next: ${whatIsNext(entitlement, next)} ${new Date(next).toISOString()}`,
    ...(entitlement.topUps.length === 0 ? [] : [`- Top-ups: ${topUpTotal(entitlement.topUps)} ${unitOf(details)}`]),
    ...(entitlement.renewedById === null ? [] : [`- Renewed by \`${entitlement.renewedById}\``]),
  ].join('\n');
}

function whatIsNext(entitlement: Entitlement, next: number): string {
  const { status, startsAt, endsAt, period } = entitlement;
  if (status === 'waiting' && next === startsAt) return 'starts';
  if (next === nextAmendment(entitlement)?.at) return 'an amendment counts';
  if (next === nextPauseInstant(entitlement)) return entitlement.pausedSince === undefined ? 'pauses' : 'goes on';
  if (next === endsAt) return 'expires';
  if (next === renewalDue(entitlement)) return 'its renewal starts';
  if (next === nextTopUpStart(entitlement.topUpsAhead ?? [])) return 'a top-up begins';
  return next === period?.endsAt ? 'the next period begins' : 'a top-up expires';
}
