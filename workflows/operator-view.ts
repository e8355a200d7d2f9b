import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { unitOf } from '../domain/details.ts';
import { channelRemaining, type Entitlement, remainingTerm } from '../domain/entitlement.ts';
import { nextInstant } from '../domain/life.ts';
import { searchAttributes } from './search-attributes.ts';

/** Tells the operator how the entitlement stands. Search attributes cost an event each, so only when they change. */
export class OperatorView {
  private shown: string | undefined;

  show(entitlement: Entitlement): void {
    setCurrentDetails(describe(entitlement));
    const now = mark(entitlement);
    if (now === this.shown || (this.shown === undefined && entitlement.seq === 1)) return;
    this.shown = now;
    upsertSearchAttributes([
      { key: searchAttributes.status, value: entitlement.status },
      { key: searchAttributes.customer, value: entitlement.details.customerId },
      { key: searchAttributes.endsAt, value: entitlement.endsAt === null ? null : new Date(entitlement.endsAt) },
    ]);
  }
}

const mark = ({ status, details, endsAt }: Entitlement) => `${status} ${details.customerId} ${endsAt}`;

function describe(entitlement: Entitlement): string {
  const { details, status, openCases } = entitlement;
  const next = nextInstant(entitlement);
  const channels = details.channels.map(
    ({ channel, totalTerm }) => `- ${channel}: ${channelRemaining(entitlement, channel)} of ${totalTerm}`,
  );
  const remaining = remainingTerm(entitlement);
  return [
    `**${details.name}** for customer \`${details.customerId}\``,
    `- Status: **${status}**`,
    remaining === null ? '- Unlimited' : `- Remaining: **${remaining}** of ${details.totalTerm} ${unitOf(details)}`,
    ...channels,
    `- Open cases: ${openCases}`,
    next === null
      ? '- No timer'
      : `- Next: ${status === 'waiting' ? 'starts' : 'expires'} ${new Date(next).toISOString()}`,
    ...(entitlement.renewedById === null ? [] : [`- Renewed by \`${entitlement.renewedById}\``]),
  ].join('\n');
}
