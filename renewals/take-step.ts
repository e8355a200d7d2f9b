import type { Sql } from '../db/connect.ts';
import { enqueueEmail, overtakeEmails } from '../db/emails.ts';
import { recordEvents } from '../db/events.ts';
import { findCustomer } from '../db/records.ts';
import { readTermUsage } from '../db/renewal-usage.ts';
import { findRenewal, holdRenewal, insertRenewal, type RenewalRecord, updateRenewal } from '../db/renewals.ts';
import { listTierTemplates } from '../db/tier-templates.ts';
import { inTransaction } from '../db/transaction.ts';
import { dateAt, daysBetween } from '../domain/calendar.ts';
import type { EntitlementDetails } from '../domain/details.ts';
import { type RenewalStep, renewalIdOf } from '../domain/renewal-course.ts';
import type { Person } from '../domain/renewal-policy.ts';
import { type Proposal, proposeRenewal } from '../domain/renewal-proposal.ts';
import type { Mail } from '../notices/mail-layout.ts';
import {
  type Addressee,
  acceptedMail,
  type RenewalLinks,
  type RenewalToTell,
  renewalMail,
} from '../notices/renewal-mails.ts';
import type { RenewalStepTaken } from '../workflows/renewal-messages.ts';
import { proposalView } from './proposal-view.ts';

/**
 * Takes one step of a renewal: its record, its mails and its event, in one transaction, once. The proposal is computed whenever
 * people are asked to decide, from the use up to then, and when the entitlement was edited; what was decided keeps the one
 * that was seen. Who is to decide is looked up each time: customers change hands.
 */
export async function takeRenewalStep(sql: Sql, taken: RenewalStepTaken, publicUrl: string): Promise<void> {
  const { renewal, details, seq, step } = taken;
  const id = renewalIdOf(renewal);
  await inTransaction(sql, async (tx) => {
    const before = await holdRenewal(tx, id);
    if (before !== undefined && before.seq >= seq) return;
    const customer = await findCustomer(tx, details.customerId);
    const accountManager = renewal.policy.accountManager ?? customer?.accountManager ?? null;
    const isKept = before !== undefined && !PROPOSED_AT.includes(step);
    const beside = { details, accountManager, proposal: isKept ? before.proposal : await proposalFor(tx, taken) };
    // Of what nobody ever heard of, nobody hears that it is withdrawn.
    const isKnown = step !== 'withdrawn' || before?.steps.some(({ told }) => told) === true;
    const tells = isKnown ? taken.tells : 'nobody';
    await (before === undefined ? insertRenewal : updateRenewal)(
      tx,
      renewal,
      { ...taken, isTold: tells === 'everybody' },
      beside,
    );
    if (tells === 'nobody') return;
    const record = await findRenewal(tx, id);
    if (record === undefined) throw new TypeError('A renewal is there once a step is taken.');
    if (tells === 'everybody')
      await mail(tx, { taken, before, record, customerName: customer?.name ?? details.customerId, publicUrl });
    await tellPrograms(tx, taken, record);
  });
}

async function proposalFor(tx: Sql, { renewal, details, toldAt }: RenewalStepTaken): Promise<Proposal> {
  const templates = await listTierTemplates(tx);
  const usage = await readTermUsage(tx, { id: renewal.entitlementId, details }, toldAt);
  return proposeRenewal({ details, usage, templates });
}

const PROPOSED_AT: readonly RenewalStep[] = ['notice', 'revised', 'reminder', 'escalation', 'lapsed'];

/** A step as people are told of it. */
interface Told {
  readonly taken: RenewalStepTaken;
  /** The record before it; undefined at the first. */
  readonly before: RenewalRecord | undefined;
  readonly record: RenewalRecord;
  readonly customerName: string;
  readonly publicUrl: string;
}

/** Mails the step. Whatever waits of the steps before is overtaken by it. */
async function mail(tx: Sql, told: Told): Promise<void> {
  const { record, taken } = told;
  await overtakeEmails(tx, record.id, `Overtaken: ${taken.step} at ${new Date(taken.at).toISOString()}.`);
  for (const person of addressees(told)) {
    const written = await mailOf(tx, told, isManager(person, record) ? 'account_manager' : 'escalation');
    if (written === undefined) return;
    const key = `${keyOf(taken, record)}:${person.email}`;
    await enqueueEmail(tx, { key, about: record.id, to: person.email, ...written });
  }
}

const keyOf = ({ seq, step }: RenewalStepTaken, { id }: RenewalRecord): string => `${id}:${seq}:${step}`;

async function tellPrograms(tx: Sql, taken: RenewalStepTaken, record: RenewalRecord): Promise<void> {
  const { renewal, details, step, at } = taken;
  const key = keyOf(taken, record);
  const about = { customerId: details.customerId, at };
  const data = {
    renewalId: record.id,
    entitlementId: renewal.entitlementId,
    opportunityId: record.opportunityId,
    customerId: details.customerId,
    entitlementName: details.name,
    stage: renewal.stage,
    step,
    by: renewal.by ?? 'allot',
    reason: renewal.reason,
    accountManager: record.accountManager,
    endDate: renewal.endDate,
    timeZone: details.timeZone,
    snoozedUntil: record.snoozedUntil,
    successorId: record.successorId,
    proposal: proposalView(record.proposal),
  };
  const ofRenewal = { key, type: EVENT_OF[step], ...about, recordType: 'renewal', recordId: record.id, data };
  const ofOpportunity = {
    key: `${key}:opportunity`,
    type: 'opportunity.opened' as const,
    ...about,
    recordType: 'opportunity',
    recordId: record.opportunityId,
    data,
  };
  await recordEvents(tx, step === 'notice' ? [ofRenewal, ofOpportunity] : [ofRenewal]);
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
  revised: 'renewal.revised',
} as const;

/** The account manager; when nobody acted, or there is none, whom the policy names for that. */
function addressees({ taken: { step, renewal }, record: { accountManager } }: Told): readonly Person[] {
  const { escalateTo } = renewal.policy;
  const isEscalated = step === 'escalation' || accountManager === null;
  const both = [accountManager, isEscalated ? escalateTo : null].filter((one) => one !== null);
  return both.filter((one, index) => both.findIndex(({ email }) => email === one.email) === index);
}

async function mailOf(tx: Sql, told: Told, addressee: Addressee): Promise<Mail | undefined> {
  const { step, renewal, successorId } = told.taken;
  if (step === 'accepted' && successorId !== null) {
    const [successor] = await tx<{ details: EntitlementDetails }[]>`
      select state->'details' as details from entitlements where id = ${successorId}`;
    const decidedBy = renewal.by ?? 'the account manager';
    return successor && acceptedMail(toTell(told), { successor: successor.details, decidedBy });
  }
  if (step === 'notice' || step === 'reminder' || step === 'escalation' || step === 'lapsed')
    return renewalMail(step, toTell(told), addressee);
  // It came to somebody else with the edit, whom no notice has reached yet.
  const isNew = told.record.accountManager?.email !== told.before?.accountManager?.email;
  return step === 'revised' && isNew ? renewalMail('notice', toTell(told), addressee) : undefined;
}

const toTell = (told: Told): RenewalToTell => {
  const { taken, record, customerName, publicUrl } = told;
  const { renewal, details, toldAt } = taken;
  return {
    customerName,
    entitlementId: renewal.entitlementId,
    details,
    proposal: record.proposal,
    daysLeft: Math.max(0, daysBetween(dateAt(toldAt, details.timeZone), details.endDate) + 1),
    accountManagerName: record.accountManager?.name ?? null,
    escalateToName: addressees(told).find((person) => !isManager(person, record))?.name ?? null,
    links: linksTo(publicUrl, record.id),
  };
};

const isManager = ({ email }: Person, { accountManager }: RenewalRecord): boolean => email === accountManager?.email;

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
