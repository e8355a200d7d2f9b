import type { Sql } from '../db/connect.ts';
import { enqueueEmail } from '../db/emails.ts';
import { recordEvents } from '../db/events.ts';
import { findCustomer } from '../db/records.ts';
import { readTermUsage } from '../db/renewal-usage.ts';
import { findRenewal, holdRenewal, insertRenewal, type RenewalRecord, updateRenewal } from '../db/renewals.ts';
import { listTierTemplates } from '../db/tier-templates.ts';
import { inTransaction } from '../db/transaction.ts';
import { dateAt, daysBetween } from '../domain/calendar.ts';
import type { EntitlementDetails } from '../domain/details.ts';
import { renewalIdOf } from '../domain/renewal-course.ts';
import type { Person } from '../domain/renewal-policy.ts';
import { type Proposal, proposeRenewal } from '../domain/renewal-proposal.ts';
import { acceptedMail, type RenewalLinks, type RenewalToTell, renewalMail } from '../notices/renewal-mails.ts';
import type { RenewalStepTaken } from '../workflows/renewal-messages.ts';

/**
 * Takes one step of a renewal: its record, its mail and its event, in one transaction, once. The proposal is computed at the
 * first, so that everybody speaks of the same.
 */
export async function takeRenewalStep(sql: Sql, taken: RenewalStepTaken, publicUrl: string): Promise<void> {
  const { renewal, details, seq } = taken;
  const id = renewalIdOf(renewal);
  await inTransaction(sql, async (tx) => {
    const before = await holdRenewal(tx, id);
    if (before !== undefined && before.seq >= seq) return;
    const customer = await findCustomer(tx, details.customerId);
    if (before === undefined) {
      const accountManager = renewal.policy.accountManager ?? customer?.accountManager ?? null;
      const proposal = await proposalFor(tx, taken);
      await insertRenewal(tx, renewal, taken, { details, proposal, accountManager, opportunityId: `opp_${id}` });
    } else await updateRenewal(tx, renewal, taken);
    const record = await findRenewal(tx, id);
    if (record === undefined) throw new TypeError('A renewal is there once a step is taken.');
    await tell(tx, taken, record, customer?.name ?? details.customerId, publicUrl);
  });
}

async function proposalFor(tx: Sql, { renewal, details, at }: RenewalStepTaken): Promise<Proposal> {
  const templates = await listTierTemplates(tx);
  const usage = await readTermUsage(tx, { id: renewal.entitlementId, details }, at);
  return proposeRenewal({ details, usage, templates });
}

async function tell(
  tx: Sql,
  taken: RenewalStepTaken,
  record: RenewalRecord,
  customerName: string,
  publicUrl: string,
): Promise<void> {
  const { renewal, details, step, at, seq } = taken;
  const key = `${record.id}:${seq}:${step}`;
  const mail = await mailOf(tx, taken, record, customerName, publicUrl);
  if (mail !== undefined)
    for (const to of addressees(taken, record))
      await enqueueEmail(tx, { key: `${key}:${to.email}`, to: to.email, ...mail });
  const about = { recordType: 'renewal', recordId: record.id, customerId: details.customerId, at };
  const data = {
    renewalId: record.id,
    entitlementId: renewal.entitlementId,
    opportunityId: record.opportunityId,
    customerId: details.customerId,
    stage: renewal.stage,
    step,
    endDate: renewal.endDate,
    successorId: record.successorId,
    reason: renewal.reason,
  };
  const events = [{ key, type: EVENT_OF[step], ...about, data: { ...data, proposal: record.proposal } }];
  const opportunity = {
    key: `${key}:opportunity`,
    type: 'opportunity.opened' as const,
    ...about,
    recordType: 'opportunity',
  };
  await recordEvents(
    tx,
    step === 'notice'
      ? [...events, { ...opportunity, recordId: record.opportunityId, data: { ...data, proposal: record.proposal } }]
      : events,
  );
}

const EVENT_OF = {
  notice: 'renewal.opened',
  reminder: 'renewal.reminded',
  escalation: 'renewal.escalated',
  lapsed: 'renewal.lapsed',
  snoozed: 'renewal.snoozed',
  accepted: 'renewal.accepted',
  declined: 'renewal.declined',
  withdrawn: 'renewal.withdrawn',
  closed: 'renewal.closed',
} as const;

/** The account manager; when nobody acted, the manager of the account manager too. */
function addressees({ step, renewal }: RenewalStepTaken, { accountManager }: RenewalRecord): readonly Person[] {
  const own = accountManager === null ? [] : [accountManager];
  const { escalateTo } = renewal.policy;
  if (step !== 'escalation' || escalateTo === null) return own;
  return escalateTo.email === accountManager?.email ? own : [...own, escalateTo];
}

async function mailOf(
  tx: Sql,
  { step, details, renewal, at, successorId }: RenewalStepTaken,
  record: RenewalRecord,
  customerName: string,
  publicUrl: string,
) {
  const daysLeft = Math.max(0, daysBetween(dateAt(at, details.timeZone), details.endDate) + 1);
  const told: RenewalToTell = {
    customerName,
    details,
    proposal: record.proposal,
    daysLeft,
    accountManagerName: record.accountManager?.name ?? null,
    links: linksTo(publicUrl, record.id),
  };
  if (step === 'accepted' && successorId !== null) {
    const [successor] = await tx<{ details: EntitlementDetails }[]>`
      select state->'details' as details from entitlements where id = ${successorId}`;
    return successor === undefined
      ? undefined
      : acceptedMail(told, { successor: successor.details, decidedBy: renewal.by ?? 'the account manager' });
  }
  if (step === 'notice' || step === 'reminder' || step === 'escalation' || step === 'lapsed')
    return renewalMail(step, told);
  return undefined;
}

/** Where a person decides: each opens the renewal with that decision at hand. */
const linksTo = (publicUrl: string, id: string): RenewalLinks => {
  const page = `${publicUrl}/renewals/${id}`;
  return {
    accept: `${page}?decide=accept`,
    change: `${page}?decide=change`,
    snooze: `${page}?decide=snooze`,
    decline: `${page}?decide=decline`,
    open: page,
  };
};
